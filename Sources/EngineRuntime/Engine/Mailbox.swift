import Synchronization

/// Where messages wait for the engine's thread. Posting never blocks for longer than another post.
final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let wake: @Sendable () -> Void
  private let noteMany: @Sendable () -> Void

  /// How many messages are worth interrupting a wait for the disk.
  private static let many = 32

  /// - Parameters:
  ///   - wake: Called when the first message waits.
  ///   - noteMany: Called when many wait.
  init(wake: @escaping @Sendable () -> Void, noteMany: @escaping @Sendable () -> Void) {
    self.wake = wake
    self.noteMany = noteMany
  }

  func post(_ message: Message) {
    let count = messages.withLock { messages in
      messages.append(message)
      return messages.count
    }
    if count == 1 { wake() }
    if count == Self.many { noteMany() }
  }

  /// Takes up to a number of messages, in order of arrival.
  func take(_ limit: Int) -> [Message] {
    messages.withLock { messages in
      var taken: [Message] = []
      if messages.count <= limit {
        swap(&taken, &messages)
      } else {
        taken = Array(messages.prefix(limit))
        messages.removeFirst(limit)
      }
      return taken
    }
  }
}
