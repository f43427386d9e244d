import EngineCore

/// What the reference interpreter knows of one scope: the root, or one entry into a subprocess.
final class ModelScope {
  let parent: ModelScope?
  let saga: SagaPolicy
  var variables: Context
  /// The ways that are under way in it: the main one, and those behind events that did not interrupt.
  var ways = 0
  /// What stands at the subprocess for it; nil for the root.
  weak var host: ModelLeaf?

  init(parent: ModelScope?, saga: SagaPolicy, variables: Context) {
    self.parent = parent
    self.saga = saga
    self.variables = variables
  }

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
  /// An attempt was lost and nothing is known of it.
  var isOutcomeUnknown = false
  /// What its handler was given.
  var given = Context()

  enum Role {
    case work(WorkBlock)
    case pause(Duration)
    case host(ScopeBlock)
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
    case retry
    case pause
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

  /// What undoes it once it is done.
  var undo: UndoBlock? {
    switch role {
    case .work(let work): work.undo
    case .host(let scope): scope.undo
    case .pause, .undo: nil
    }
  }

  /// What may happen to it from outside.
  var events: [EventBlock] {
    switch role {
    case .work(let work): work.events
    case .host(let scope): scope.events
    case .pause, .undo: []
    }
  }
}

/// A timer that is pending.
struct ModelTimer {
  enum Purpose {
    case pause
    case retry
    case event(EventBlock)
    case grace(ModelRun)
  }

  let number: Int
  let leaf: ModelLeaf?
  let purpose: Purpose
  let due: Timestamp
}

/// A step that can be undone.
final class ModelRecord {
  let step: String
  let undo: UndoBlock
  let snapshot: Context
  var owner: ModelScope
  var state = CompensationRecord.State.pending

  init(step: String, undo: UndoBlock, snapshot: Context, owner: ModelScope) {
    self.step = step
    self.undo = undo
    self.snapshot = snapshot
    self.owner = owner
  }
}

/// One compensation under way.
final class ModelRun {
  let target: ModelScope
  let code: String
  var phase = CompensationRun.Phase.draining
  var context = Context()

  init(target: ModelScope, code: String) {
    self.target = target
    self.code = code
  }
}
