import DequeModule
import Synchronization

/// Where messages wait for the engine's thread. Posting never blocks for longer than another post.
final class Mailbox: Sendable {
  private struct State {
    var messages = Deque<Message>()
    var isClosed = false
  }

  private let state = Mutex(State())
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

  /// False when the mailbox is closed: nobody will take the message.
  @discardableResult
  func post(_ message: Message) -> Bool {
    let count = state.withLock { state in
      guard !state.isClosed else { return 0 }
      state.messages.append(message)
      return state.messages.count
    }
    if count == 1 { wake() }
    if count == Self.many { noteMany() }
    return count > 0
  }

  /// Takes no more messages until it is opened; the answer is what nobody has taken.
  func close() -> [Message] {
    state.withLock { state in
      state.isClosed = true
      defer { state.messages = [] }
      return Array(state.messages)
    }
  }

  /// How many messages wait.
  var count: Int { state.withLock { $0.messages.count } }

  func open() { state.withLock { $0.isClosed = false } }

  /// Takes up to a number of messages, in order of arrival.
  func take(_ limit: Int) -> [Message] {
    state.withLock { state in
      var taken: [Message] = []
      taken.reserveCapacity(min(limit, state.messages.count))
      while taken.count < limit, let next = state.messages.popFirst() { taken.append(next) }
      return taken
    }
  }
}
