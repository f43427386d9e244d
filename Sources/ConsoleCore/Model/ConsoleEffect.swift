import EngineCore

/// What the pure heart of the console wants of the outside. Every effect that is answered names its generation.
package enum ConsoleEffect: Sendable, Hashable {
  /// Read something; answered by `ConsoleMessage.loaded` or `.loadFailed`.
  ///
  /// Only the newest request for the same thing matters; an older one that has not begun may be left out.
  case load(ViewRequest)
  /// Make plans; answered by `ConsoleMessage.planned` with one answer a target, in one message.
  case plan(PlanRequest)
  /// Carry out planned commands, each at its version; answered by `ConsoleMessage.executed`, at once or piece by piece.
  case execute(ExecutionRequest)
  /// Let the operator edit the variables of the outermost scope; answered by `ConsoleMessage.edited`.
  case edit(EditRequest)
  /// Put a text into the terminal's clipboard.
  case copy(String)
  /// Write the picture to a file and say where by `ConsoleMessage.noticed`.
  case writeScreen
  /// Paint everything anew.
  case redraw
  /// Stop the process as Ctrl-Z does.
  case suspend
  /// End the console.
  case quit
}

/// What is to be read.
package struct ViewRequest: Sendable, Hashable {
  package let generation: Generation
  package let content: Content

  /// Which rows or which instance.
  package enum Content: Sendable, Hashable {
    /// A page of a list. Definitions come whole; for the audit and the definitions the filter is empty.
    case page(ViewKind, InstanceFilter, after: String?, limit: Int)
    /// Every row that a filter means, for marking: at most `limit` of them.
    case matching(ViewKind, InstanceFilter, limit: Int)
    case engine
    case detail(InstanceID, historyLimit: Int)
  }

  package init(generation: Generation, content: Content) {
    self.generation = generation
    self.content = content
  }
}

/// The targets that plans are wanted for.
package struct PlanRequest: Sendable, Hashable {
  package let generation: Generation
  package let commands: [Command]

  /// One verb for one target.
  package struct Command: Sendable, Hashable {
    package let target: VerbTarget
    package let verb: Verb
  }
}

/// Commands whose plans the operator has confirmed.
package struct ExecutionRequest: Sendable, Hashable {
  package let generation: Generation
  package let commands: [Command]
  /// Why, in the operator's words.
  package let reason: String?

  /// One command at the version that its plan was made for.
  package struct Command: Sendable, Hashable {
    package let verb: Verb
    package let instance: InstanceID
    package let expectedVersion: Int64
  }
}

/// Variables that the operator wants to edit.
package struct EditRequest: Sendable, Hashable {
  package let generation: Generation
  package let instance: InstanceID
}
