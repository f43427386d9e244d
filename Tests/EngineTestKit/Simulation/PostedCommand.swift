import EngineCore
import EngineRuntime

/// A command that somebody waits for the answer of.
///
/// Replies come on the simulation's own thread.
final class PostedCommand: @unchecked Sendable {
  let command: OperatorCommand
  weak var engine: SimulatedEngine?
  /// The process it was asked of has died: nobody will answer.
  var isLost = false
  private(set) var replies: [CommandReply] = []
  var answered: (CommandReply) -> Void = { _ in }

  init(_ command: OperatorCommand, to engine: SimulatedEngine) {
    self.command = command
    self.engine = engine
  }

  func take(_ reply: CommandReply) {
    // What a dead process says reaches nobody.
    guard let engine, !engine.store.isCrashed else { return }
    replies.append(reply)
    answered(reply)
  }
}
