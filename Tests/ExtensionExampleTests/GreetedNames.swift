import EngineRuntime
import Synchronization

/// Remembers who was greeted, and tells when an instance has ended.
final class GreetedNames: EngineObserver {
  private let storage = Mutex<[String]>([])
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

  func add(_ name: String) -> Bool {
    storage.withLock { $0.append(name) }
    return true
  }

  var names: [String] { storage.withLock { $0 } }

  func committed(_ units: [UnitOfWork]) {
    if units.contains(where: { $0.instance.state.isEnd }) { continuation.finish() }
  }

  func noticed(_ notice: EngineNotice) {}

  func ended() async { for await _ in stream {} }
}
