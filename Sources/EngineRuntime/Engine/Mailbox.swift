import Synchronization

/// Where messages wait for the engine's thread. Posting never blocks for longer than another post.
final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  func post(_ message: Message) {
    let wasEmpty = messages.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    if wasEmpty { wake() }
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
