import EngineCore

/// What the reference interpreter knows of one scope: the root, or one entry into a subprocess.
final class ModelScope {
  let parent: ModelScope?
  let block: ScopeBlock
  var variables: Context
  /// The ways that are under way in it: the main one, and those behind events that did not interrupt.
  var ways = 0
  /// What stands at the subprocess for it; nil for the root.
  weak var host: ModelLeaf?

  init(parent: ModelScope?, block: ScopeBlock, variables: Context) {
    self.parent = parent
    self.block = block
    self.variables = variables
  }

  var saga: SagaPolicy { block.saga }

  /// Whether it is another scope or lies inside it.
  func isWithin(_ other: ModelScope) -> Bool {
    var scope: ModelScope? = self
    while let current = scope {
      if current === other { return true }
      scope = current.parent
    }
    return false
  }

  /// The variables that are seen from inside.
  var visible: Context { parent.map { $0.visible.merging(variables) } ?? variables }

  /// Sets a variable in the innermost scope that has it, else in the outermost one.
  func assign(_ name: String, _ value: Value) {
    if variables[name] != nil || parent == nil {
      variables[name] = value
    } else {
      parent?.assign(name, value)
    }
  }
}

/// Something at which an instance rests until the world outside does something: work, a timer, an open subprocess, or
/// one step of a compensation.
final class ModelLeaf {
  /// The node and how often it was come to before: `work3#1`; compensation has a count of its own, `undo work3#1`.
  let name: String
  let role: Role
  let scope: ModelScope
  /// How it goes on.
  let then: () -> Void
  var state = State.entering
  var attempt = 0
  var failures = 0
  var crashes = 0
  /// When its latest attempt began, as its family counts.
  var begunAt = 0
  /// An attempt was lost and nothing is known of it.
  var isOutcomeUnknown = false
  /// What its handler was given.
  var given = Context()
  /// What it may have been given instead if it had to wait for room meanwhile.
  var alternatives: [Context] = []

  enum Role {
    case work(WorkBlock)
    case call(CallBlock)
    case pause(Duration)
    case wait(CatchBlock)
    case race(RaceBlock)
    /// A throw event, for as long as it takes.
    case thrower
    case host(ScopeBlock)
    /// An event subprocess.
    case handler(HandlerBlock)
    case undo(ModelRecord, ModelRun)
  }

  enum State {
    case entering
    /// A handler is at work.
    case running
    /// A handler was asked to stop.
    case stopping
    case worker
    case person
    /// Its handler has begun it, and somebody will complete it.
    case elsewhere
    case retry
    case pause
    /// It waits for a message, a signal, or the first of several events.
    case event
    /// It waits for another instance, which may have yet to start.
    case calling(ReferenceInterpreter?)
    case inside(ModelScope)
    case failed(Incident.Kind)
    /// It waits for the end of a suspension.
    case ready
  }

  init(_ name: String, _ role: Role, in scope: ModelScope, then: @escaping () -> Void) {
    self.name = name
    self.role = role
    self.scope = scope
    self.then = then
  }

  /// Whether it does forward work.
  var isForward: Bool {
    if case .undo = role { false } else { true }
  }

  /// Whether it stands for an event subprocess.
  var isHandler: Bool {
    if case .handler = role { true } else { false }
  }

  /// What undoes it once it is done.
  var undo: UndoBlock? {
    switch role {
    case .work(let work): work.undo
    case .host(let scope): scope.undo
    case .call, .pause, .wait, .race, .thrower, .handler, .undo: nil
    }
  }

  /// What may happen to it from outside.
  var events: [EventBlock] {
    switch role {
    case .work(let work): work.events
    case .call(let call): call.events
    case .host(let scope): scope.events
    case .pause, .wait, .race, .thrower, .handler, .undo: []
    }
  }
}

/// A timer that is pending.
struct ModelTimer {
  enum Purpose {
    case pause
    case retry
    case event(ModelAim)
    /// The grace before a compensation; nil is that of the whole instance, which is being cancelled.
    case grace(ModelRun?)
  }

  let number: Int
  let leaf: ModelLeaf?
  let purpose: Purpose
  let due: Timestamp
}

/// What an event that comes from outside does.
enum ModelAim {
  /// The leaf that waits for it goes on.
  case goOn(CatchBlock)
  /// A boundary event goes off.
  case boundary(EventBlock)
  /// An event-based gateway takes its way.
  case branch(EventBlock)
  /// An event subprocess of a scope starts.
  case handler(HandlerBlock, ModelScope)

  /// The node of the event.
  var id: String {
    switch self {
    case .goOn(let event): event.id
    case .boundary(let event), .branch(let event): event.id
    case .handler(let handler, _): handler.scope.id
    }
  }

  /// Whether it can happen again.
  var isRepeating: Bool {
    switch self {
    case .goOn, .branch: false
    case .boundary(let event): !event.isInterrupting
    case .handler(let handler, _): !handler.isInterrupting
    }
  }

  /// The scope whose event subprocess it would start.
  var handledScope: ModelScope? {
    if case .handler(_, let scope) = self { scope } else { nil }
  }
}

/// A message or signal that is waited for.
struct ModelSubscription {
  let number: Int
  /// In which turn of the events it was opened: of those of one turn nobody says which is older.
  let turn: Int
  let name: String
  let key: String?
  let isSignal: Bool
  /// What waits for it or is watched; nil at an event subprocess.
  let leaf: ModelLeaf?
  let aim: ModelAim
}

/// A message or signal on its way.
struct ModelMail {
  let name: String
  let key: String?
  let isSignal: Bool
  let value: Value
  let expires: Timestamp
  /// A signal is for those who waited when it was sent.
  let bound: Int
}

/// A step that can be undone.
final class ModelRecord {
  let step: String
  let undo: UndoBlock
  /// The called instance that is undone.
  let child: ReferenceInterpreter?
  let snapshot: Context
  var owner: ModelScope
  var state = CompensationRecord.State.pending

  init(step: String, undo: UndoBlock, child: ReferenceInterpreter? = nil, snapshot: Context, owner: ModelScope) {
    self.step = step
    self.undo = undo
    self.child = child
    self.snapshot = snapshot
    self.owner = owner
  }
}

/// One compensation under way.
final class ModelRun {
  let target: ModelScope
  let code: String
  /// Whether it ends with the cancel event of the transaction that it undoes.
  let isCancel: Bool
  var phase = CompensationRun.Phase.draining
  var context = Context()

  init(target: ModelScope, code: String, isCancel: Bool) {
    self.target = target
    self.code = code
    self.isCancel = isCancel
  }
}
