/// One run of a process definition: variables, live tokens, and everything that is stored with them.
///
/// Only `apply` changes an instance, so folding its history gives its state, at every commit. All lists are ascending
/// by identifier; ended tokens, fired timers and resolved incidents are in history alone.
public struct ProcessInstance: Sendable, Hashable {
  /// Unique in its store.
  public let id: InstanceID
  /// The deployed version that it runs.
  public let definition: DefinitionID
  /// The name that the outside world has for it, e.g. an order number.
  public package(set) var businessKey: String?
  /// Who called it; nil for an instance that was started by itself.
  public package(set) var parent: ParentLink?
  /// The code of the error that it failed with, or because of which it is or was undone.
  public package(set) var errorCode: String?
  /// Where it is in its life.
  public package(set) var state: InstanceState = .running
  /// Nothing advances while it is set.
  public package(set) var isSuspended = false
  /// Whether it is suspended because its definition is, and will go on with that.
  public package(set) var isHeld = false
  /// An invariant broke: nothing but an operator moves it.
  public package(set) var isCorrupted = false
  /// How many units of work have been committed for it.
  public package(set) var version: Int64 = 0
  /// The sequence of the last event.
  public package(set) var sequence: Int64 = 0
  /// The next identifier for a token, scope, timer, run or incident of this instance.
  public package(set) var nextID: Int64 = 1
  /// When it was started.
  public package(set) var createdAt: Timestamp
  /// When its last unit was made.
  public package(set) var updatedAt: Timestamp
  /// When it came to its end.
  public package(set) var endedAt: Timestamp?
  /// The live tokens.
  public package(set) var tokens: [Token] = []
  /// The subprocesses that are open.
  public package(set) var scopes: [ScopeInstance] = []
  /// The pending timers.
  public package(set) var timers: [Timer] = []
  /// The open user tasks, by token.
  public package(set) var userTasks: [UserTask] = []
  /// The open external tasks, by token.
  public package(set) var externalTasks: [ExternalTask] = []
  /// What can be or has been undone.
  public package(set) var records: [CompensationRecord] = []
  /// The compensation runs that are not over.
  public package(set) var runs: [CompensationRun] = []
  /// The open incidents.
  public package(set) var incidents: [Incident] = []
  /// What it waits for besides time.
  public package(set) var subscriptions: [Subscription] = []
  /// What came in while it was suspended, in order of arrival.
  public package(set) var deferred: [DeferredOutcome] = []
  /// The variables.
  public package(set) var variables = VariableTable()

  /// Makes the empty instance that the first event is applied to.
  public init(id: InstanceID, definition: DefinitionID, createdAt: Timestamp) {
    self.id = id
    self.definition = definition
    self.createdAt = createdAt
    updatedAt = createdAt
  }

  /// The live token with an identifier. O(log live tokens).
  public func token(_ id: TokenID) -> Token? {
    guard let place = tokens.position(of: id) else { return nil }
    return tokens[place]
  }
  /// Whether a handler is at work for one of its tokens, as far as the instance knows. O(live tokens), copies none.
  public var isExecuting: Bool { tokens.indices.contains { tokens[$0].state == .executing } }
  /// The open scope with an identifier.
  public func scope(_ id: ScopeID) -> ScopeInstance? { scopes.position(of: id).map { scopes[$0] } }
  /// The pending timer with an identifier.
  public func timer(_ id: TimerID) -> Timer? { timers.position(of: id).map { timers[$0] } }
  /// The open subscription with an identifier.
  public func subscription(_ id: SubscriptionID) -> Subscription? {
    subscriptions.position(of: id).map { subscriptions[$0] }
  }
  /// The record with an identifier.
  public func record(_ id: RecordID) -> CompensationRecord? { records.position(of: id).map { records[$0] } }
  /// The compensation run with an identifier.
  public func run(_ id: RunID) -> CompensationRun? { runs.position(of: id).map { runs[$0] } }
  /// The open incident of a token.
  public func incident(of token: TokenID) -> Incident? { incidents.first { $0.token == token } }

  /// A scope with the scopes around it, innermost first, without the root.
  public func chain(from scope: ScopeID) -> [ScopeID] {
    var chain: [ScopeID] = []
    var current = scope
    while current != .root, let open = self.scope(current) {
      chain.append(current)
      current = open.parent
    }
    return chain
  }

  /// As `chain`, without the scopes whose variables are a loop's bookkeeping: what a token of a scope sees.
  public func visibleScopes(from scope: ScopeID) -> [ScopeID] {
    scope == .root ? [] : chain(from: scope).filter { self.scope($0)?.kind != .loop }
  }

  /// Whether a scope is another one or lies inside it.
  public func isScope(_ scope: ScopeID, within outer: ScopeID) -> Bool {
    outer == .root || scope == outer || chain(from: scope).contains(outer)
  }

  /// The variables that a token of a scope sees.
  public func visibleVariables(in scope: ScopeID) -> Context {
    scope == .root ? variables[.root] : variables.visible(through: visibleScopes(from: scope))
  }

  /// The variables that the compensation of a record sees: those of the moment in which its step completed.
  public func visibleVariables(of record: CompensationRecord) -> Context {
    variables.snapshot(at: record.id.rawValue).visible(through: record.visibleScopes)
  }
}

extension Array where Element: Identifiable, Element.ID: Comparable {
  /// Where the element with an identifier stands in a list that ascends by identifier. O(log n).
  func position(of id: Element.ID) -> Int? {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if self[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < endIndex && self[low].id == id ? low : nil
  }
}

/// The outcome of one piece of work, as a handler, a worker or a person reports it.
public enum WorkOutcome: Sendable, Hashable {
  /// It is done; the result is what output mappings see as `result`.
  case completed(result: Value)
  /// A business error that a boundary event may catch; it is never retried.
  case businessError(code: String, message: String)
  /// It failed.
  case failed(Failure)
  /// It was asked to stop and did, without saying how far it had come.
  case cancelled
  /// The work goes on elsewhere, and somebody will complete the token or report its failure: a payment provider that
  /// calls back, for example. The reference says what it is called there, and is stored and shown. The time limit of
  /// the step counts from the beginning of the attempt; `limit` is how long this wait may take at most, counted from
  /// now.
  case waiting(reference: String, limit: Duration? = nil)
}

/// A technical failure of work.
public struct Failure: Sendable, Hashable {
  /// What retry policies and error boundary events match, e.g. `exit 1`, `TIMEOUT`.
  public var code: String
  /// One sentence for the person on call.
  public var message: String
  /// What else is known, e.g. standard error; capped by whoever reports it.
  public var detail: String?
  /// Whether trying again can help.
  public var isRetryable: Bool

  /// Makes a failure.
  public init(code: String, message: String, detail: String? = nil, isRetryable: Bool = true) {
    self.code = code
    self.message = message
    self.detail = detail
    self.isRetryable = isRetryable
  }
}

/// What came in while its instance was suspended; it takes effect on resume.
public enum DeferredOutcome: Sendable, Hashable {
  /// Work of a token has ended.
  case work(TokenID, WorkOutcome)
  /// A message or signal came to a subscription.
  case event(SubscriptionID, EventDelivery)
  /// The instance that a token called has raised an escalation.
  case escalation(TokenID, code: String)

  /// The token whose work it was; nil for what did not end any.
  public var token: TokenID? {
    switch self {
    case .work(let token, _): token
    case .event, .escalation: nil
    }
  }
}
