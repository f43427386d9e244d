import EngineCore
import EngineRuntime
import Synchronization

/// What a script's commands were answered since it was last looked at.
final class AnswerLog: Sendable {
  private let replies = Mutex<[CommandReply]>([])
  private let hasEvents = Mutex(false)

  func add(_ reply: CommandReply) { replies.withLock { $0.append(reply) } }

  /// Something was stored: then answers that say so need not be told.
  func sawEvents() { hasEvents.withLock { $0 = true } }

  /// Refusals, and when nothing was stored the other answers too.
  func take() -> [String] {
    let taken = replies.withLock { replies in
      defer { replies = [] }
      return replies
    }
    let isQuiet = hasEvents.withLock { hasEvents in
      defer { hasEvents = false }
      return !hasEvents
    }
    return taken.compactMap { reply in
      switch reply {
      case .answered(.refused(let rejection)): "refused: \(rejection.reason.rawValue)"
      case .answered(.done(let value)): isQuiet ? "answered \(value)" : nil
      case .failed(let failure): "failed: \(failure.kind.rawValue)"
      }
    }
  }
}
