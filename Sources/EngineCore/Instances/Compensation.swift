/// The fact that a step which can be compensated has succeeded.
///
/// It is written in the unit that completes the step. The variables as they were then are found through `id`, which is
/// a history sequence (`VariableTable.snapshot`).
public struct CompensationRecord: Sendable, Hashable, Identifiable {
  /// The history sequence of the completion; records sort by it, and compensation runs in its strict reverse.
  public let id: RecordID
  /// The node that succeeded.
  public let node: NodeIndex
  /// The run of the activity that succeeded.
  public let token: TokenID
  /// The scopes the step was in, innermost first, for what it saw of the variables. The root is left out.
  public let visibleScopes: [ScopeID]
  /// The latest records on the ways that led to the step; empty in definitions that never ask for causal order.
  public let after: [RecordID]
  /// Where the records from inside a completed subprocess lie until its compensation event subprocess has run.
  public let shelf: ScopeID?
  /// The scope that answers for it now: its own, or after that scope has completed the one around it.
  public private(set) var owner: ScopeID
  /// The history sequence since which that scope answers for it: `id` itself, or where it was handed over.
  public private(set) var ownedSince: Int64
  /// The called instance that did the work, when undoing the step means undoing that instance.
  public var child: InstanceID?
  /// Whether it has been undone.
  public var state: State

  /// Whether a record has been undone. Raw values are what stores hold; they never change.
  public enum State: Int, Sendable, Hashable, CaseIterable {
    /// It can be undone.
    case pending = 0
    /// Its compensation token is alive.
    case running = 1
    /// It was undone.
    case done = 2
    /// An operator said that it need not be undone.
    case skipped = 3

    /// The one table of what may follow what: undone once at most, and pending again when a run ends before its time.
    public func canBecome(_ next: State) -> Bool {
      switch self {
      case .pending: next == .running
      case .running: next != .running
      case .done, .skipped: false
      }
    }

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .pending: "pending"
      case .running: "running"
      case .done: "done"
      case .skipped: "skipped"
      }
    }
  }

  /// Whether it still has to be undone, or is being undone.
  public var isUnsettled: Bool {
    switch state {
    case .pending, .running: true
    case .done, .skipped: false
    }
  }

  /// Makes a record that can be undone.
  public init(
    id: RecordID, node: NodeIndex, token: TokenID, visibleScopes: [ScopeID], owner: ScopeID, after: [RecordID] = [],
    shelf: ScopeID? = nil, ownedSince: Int64? = nil
  ) {
    self.id = id
    self.node = node
    self.token = token
    self.visibleScopes = visibleScopes
    self.owner = owner
    self.after = after
    self.shelf = shelf
    self.ownedSince = ownedSince ?? id.rawValue
    state = .pending
  }

  /// Another scope answers for it from now on.
  mutating func handOver(to scope: ScopeID, at sequence: Int64) {
    owner = scope
    ownedSince = sequence
  }
}

/// One execution of compensation records, in the strict reverse of their order unless the definition says `causal`.
///
/// What is left to do is never listed: it is every pending record that the target owns and the extent includes. So a
/// record that is written while handlers come to rest is undone like the others.
public struct CompensationRun: Sendable, Hashable, Identifiable {
  /// Unique within the instance.
  public let id: RunID
  /// Whose records are undone: a scope, or the root for all of the instance.
  public let target: ScopeID
  /// The code of the failure that started it, or the operator's.
  public let code: String
  /// One sentence about what started it.
  public let message: String
  /// What happens when all is undone.
  public let then: Continuation
  /// Which of the target's records are undone.
  public let extent: CompensationExtent
  /// How far it is.
  public var phase: Phase
  /// What earlier compensations returned, for the ones after them.
  public var context: Context

  /// How far a run is. Raw values are what stores hold; they never change.
  public enum Phase: Int, Sendable, Hashable, CaseIterable {
    /// Forward work comes to rest first.
    case draining = 0
    /// Records are being undone.
    case running = 1
    /// A step failed; an operator has to move it.
    case halted = 2

    /// The one table of what may follow what.
    public func canBecome(_ next: Phase) -> Bool {
      switch self {
      case .draining: next == .running
      case .running: next == .halted
      case .halted: next == .running
      }
    }

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .draining: "draining"
      case .running: "running"
      case .halted: "halted"
      }
    }
  }

  /// What happens when all is undone. Raw values are what stores hold; they never change.
  public enum Continuation: Int, Sendable, Hashable, CaseIterable {
    /// The instance ends as compensated.
    case endInstance = 0
    /// The scope fails with the error that started the run.
    case throwError = 1
    /// The throw event that started the run is done, and its token goes on.
    case resume = 2
    /// The transaction ends, and its cancel boundary event goes off.
    case cancelTransaction = 3
    /// The scope goes on behind the node that an operator went back to.
    case goBack = 4
    /// The subprocess that an operator undid rests on an incident.
    case awaitOperator = 5
    /// Nothing: an operator had single steps undone while everything else went on.
    case leave = 6

    /// Whether forward work of the target ends first; otherwise it goes on beside the run.
    public var endsForwardWork: Bool {
      switch self {
      case .endInstance, .throwError, .cancelTransaction, .goBack, .awaitOperator: true
      case .resume, .leave: false
      }
    }
  }

  /// Makes a run at its beginning.
  public init(
    id: RunID, target: ScopeID, code: String, message: String, then: Continuation,
    extent: CompensationExtent = .everything
  ) {
    self.id = id
    self.target = target
    self.code = code
    self.message = message
    self.then = then
    self.extent = extent
    phase = then.endsForwardWork ? .draining : .running
    context = Context()
  }
}

/// Which records of its target a compensation run undoes.
public struct CompensationExtent: Sendable, Hashable {
  /// Only records that are later than this one; zero leaves none out.
  public var after: RecordID
  /// Only records up to this one; nil also takes those that are written while forward work comes to rest.
  public var through: RecordID?
  /// Only the records of this activity and of what lies inside this subprocess.
  public var node: NodeIndex?
  /// The token that waits for the run; `.none` when nobody does.
  public var waiter: TokenID
  /// The node behind which the scope goes on afterwards.
  public var resumption: NodeIndex?

  /// All records of the target.
  public static let everything = CompensationExtent()

  /// Makes an extent.
  public init(
    after: RecordID = RecordID(0), through: RecordID? = nil, node: NodeIndex? = nil, waiter: TokenID = .none,
    resumption: NodeIndex? = nil
  ) {
    self.after = after
    self.through = through
    self.node = node
    self.waiter = waiter
    self.resumption = resumption
  }
}
