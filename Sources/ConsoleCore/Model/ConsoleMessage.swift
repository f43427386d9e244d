import EngineCore

/// What the pure heart of the console is told.
package enum ConsoleMessage: Sendable {
  case key(KeyPress)
  /// The terminal has this size now. The first message of all: it starts the reading.
  case resized(width: Int, height: Int)
  /// Time has passed; about once a second.
  case tick(Timestamp)
  /// Somebody has committed something to the store.
  case storeChanged
  case loaded(Generation, LoadedContent)
  case loadFailed(Generation, message: String)
  case planned(Generation, [PlanAnswer])
  case executed(Generation, [ExecutionAnswer])
  case edited(Generation, EditAnswer)
  /// This process has become the engine, or has stopped being it.
  case roleChanged(EngineRole)
  /// The engine in this process cannot write, for this reason; nil when it can again.
  case writesFailing(message: String?)
  /// The store's file was removed, moved or replaced, for good: what is shown is how it was.
  case storeLost(message: String)
  /// Something to tell the operator that no request asked for.
  case noticed(Notice.Severity, message: String)
}

/// What was read.
package enum LoadedContent: Sendable, Hashable {
  case page(RowPage)
  case engine(EngineRow)
  /// Nil where there is no such instance.
  case detail(InstanceDetail?)
}

/// What carrying out a verb would do to one instance.
package struct PlanAnswer: Sendable, Hashable {
  package let instance: InstanceID
  package let outcome: Outcome

  /// A plan, or why there is none.
  package enum Outcome: Sendable, Hashable {
    case planned(Plan)
    case refused(Rejection)
    case failed(message: String)
  }

  package init(instance: InstanceID, outcome: Outcome) {
    self.instance = instance
    self.outcome = outcome
  }
}

/// What came of one command.
package struct ExecutionAnswer: Sendable, Hashable {
  package let instance: InstanceID
  package let outcome: Outcome

  /// Done, turned down, or still on its way.
  package enum Outcome: Sendable, Hashable {
    case done
    case refused(Rejection)
    /// It is durable in the store and waits for an engine.
    case posted
    case failed(message: String)
  }

  package init(instance: InstanceID, outcome: Outcome) {
    self.instance = instance
    self.outcome = outcome
  }
}

/// What came of an editor.
package enum EditAnswer: Sendable, Hashable {
  /// The variables were changed. They had been read at a version of the instance.
  case changed(InstanceSummary, [VariableEdit])
  case unchanged
  case failed(message: String)
}
