import EngineCore

/// A part of a process whose flow is well nested: what `RandomProcess` grows and `ReferenceInterpreter` runs.
///
/// A definition is a graph; whoever wants to say independently of the engine what must come of it needs its structure.
/// So processes are grown as trees, and the graph is made from the tree (`ProcessBlock+Draft`), never the other way.
package indirect enum ProcessBlock: Sendable {
  /// Work that somebody outside does.
  case work(WorkBlock)
  /// A call activity.
  case call(CallBlock)
  /// A timer catch event.
  case pause(id: String, Duration)
  /// A message or signal catch event.
  case await(CatchBlock)
  /// An event-based gateway: the way of the event that comes first.
  case race(RaceBlock)
  /// A throw event. It stands between pieces of work.
  case send(ThrowBlock)
  /// A link that is thrown, and lands right behind it.
  case jump(id: String)
  /// A script that counts a variable up by one.
  case count(id: String, variable: String)
  /// One after the other; at least one.
  case sequence([ProcessBlock])
  /// The first branch whose condition holds, else the last one.
  case choice(ChoiceBlock)
  /// Every branch whose condition holds, the last one if there is none, and a join for those that were taken.
  case inclusive(ChoiceBlock)
  /// All branches at once, and a join.
  case parallel(id: String, [ProcessBlock])
  /// A body that is run at least once, and again while a condition holds.
  case loop(LoopBlock)
  /// A subprocess.
  case scope(ScopeBlock)
  /// An error end event. It stands behind work, at the end of a branch that need not be taken.
  case raise(id: String, code: String)
  /// A terminate end event. It stands where `raise` does.
  case stop(id: String)
  /// A cancel end event inside a transaction. It stands where `raise` does.
  case cancel(id: String)
}

/// An activity with all that hangs on it.
package struct WorkBlock: Sendable {
  package var id: String
  package var doer: Doer
  /// Where `result.value` is kept; nil drops it.
  package var variable: String?
  /// All attempts, the first one included.
  package var attempts = 1
  /// The pause before each further attempt.
  package var backoff = Duration.zero
  package var undo: UndoBlock?
  package var events: [EventBlock] = []

  /// Who does the work.
  package enum Doer: Sendable, CaseIterable {
    case handler
    case worker
    case person
  }
}

/// A call of another process.
package struct CallBlock: Sendable {
  package var id: String
  /// The key of the process.
  package var process: String
  /// Which variable of the caller each variable of the called instance begins with.
  package var inputs: [(name: String, source: String)]
  /// What scripts of the called process count; it begins with 0.
  package var counters: [String]
  /// Which variable of the called instance is kept, and where; nil keeps nothing.
  package var output: (variable: String, source: String)?
  package var events: [EventBlock] = []
}

/// How something is undone: by a handler.
package struct UndoBlock: Sendable {
  /// All attempts, the first one included.
  package var attempts = 1
  /// The pause before each further attempt.
  package var backoff = Duration.zero
  /// Where `result.value` is left for the compensations after it; nil drops it.
  package var variable: String?
}

/// A variable is smaller than a number: the one kind of condition that grown processes have.
package struct ConditionBlock: Sendable {
  package var variable: String
  package var limit: Int

  /// The condition as FEEL.
  package var source: String { "\(variable) < \(limit)" }
}

/// A choice, of one branch or of several.
package struct ChoiceBlock: Sendable {
  package var id: String
  package var branches: [(condition: ConditionBlock, way: ProcessBlock)]
  package var otherwise: ProcessBlock

  /// Where the branches of an inclusive choice meet.
  var join: String { "\(id)-join" }
}

/// A loop that asks at its end. A variable of its own counts the rounds, so that it ends whatever happens.
package struct LoopBlock: Sendable {
  package var id: String
  package var body: ProcessBlock
  package var condition: ConditionBlock
  package var rounds: Int

  /// The variable that counts the rounds.
  package var counter: String { "rounds_\(id)" }
}

/// A subprocess, or the whole process.
package struct ScopeBlock: Sendable {
  package var id: String
  package var body: ProcessBlock
  package var isTransaction = false
  package var saga: SagaPolicy = .none
  /// Variables of its own, with what they are at its start. They hide those of the same name around it.
  package var locals: [(name: String, value: Int)] = []
  package var undo: UndoBlock?
  package var events: [EventBlock] = []
  package var handlers: [HandlerBlock] = []
}
