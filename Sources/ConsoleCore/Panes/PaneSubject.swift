import EngineCore

/// What a line of a pane is about, so that a verb acts on the line under the cursor.
package enum PaneSubject: Sendable, Hashable {
  case token(TokenID)
  case timer(TimerID)
  case record(RecordID)
  /// An event, by its sequence.
  case event(Int64)
  case node(NodeIndex)
  case variable(VariablePath)
  /// An operator's command, by the number of its audit row.
  case command(Int64)
}

/// A place in the variables of an instance: a variable of a scope, or something inside its value.
package struct VariablePath: Sendable, Hashable {
  /// Whose variable it is.
  package enum Owner: Sendable, Hashable {
    case scope(ScopeID)
    /// What the finished steps of a compensation run have returned.
    case run(RunID)
  }

  /// One step into a value.
  package enum Step: Sendable, Hashable {
    case name(String)
    case index(Int)
  }

  package var owner: Owner
  /// The variable's name.
  package var name: String
  /// From the variable's value inwards; empty for the variable itself.
  package var steps: [Step]

  package init(owner: Owner, name: String, steps: [Step] = []) {
    self.owner = owner
    self.name = name
    self.steps = steps
  }

  func inside(_ step: Step) -> VariablePath {
    VariablePath(owner: owner, name: name, steps: steps + [step])
  }
}
