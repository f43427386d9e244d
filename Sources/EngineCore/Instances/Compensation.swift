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
  /// The scope that answers for it now: its own, or after that scope has completed the one around it.
  public var owner: ScopeID
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

  /// Makes a record that can be undone.
  public init(id: RecordID, node: NodeIndex, token: TokenID, visibleScopes: [ScopeID], owner: ScopeID) {
    self.id = id
    self.node = node
    self.token = token
    self.visibleScopes = visibleScopes
    self.owner = owner
    state = .pending
  }
}

/// One execution of compensation records, in the strict reverse of their order.
///
/// What is left to do is never listed: it is every pending record that the target owns. So a record that is written
/// while handlers come to rest is undone like the others.
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
  /// How far it is.
  public var phase: Phase
  /// What earlier compensations returned, for the ones after them.
  public var context: Context

  /// How far a run is. Raw values are what stores hold; they never change.
  public enum Phase: Int, Sendable, Hashable, CaseIterable {
    /// Forward work comes to rest first.
    case draining = 0
    /// Records are undone one at a time.
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
  }

  /// Makes a run that begins by letting forward work come to rest.
  public init(id: RunID, target: ScopeID, code: String, message: String, then: Continuation) {
    self.id = id
    self.target = target
    self.code = code
    self.message = message
    self.then = then
    phase = .draining
    context = Context()
  }
}
