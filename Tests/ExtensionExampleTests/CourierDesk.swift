import EngineCore
import EngineRuntime
import Synchronization

/// Sees which steps wait for their courier, and which instances have ended.
final class CourierDesk: EngineObserver {
  private let storage = Mutex<[InstanceID]>([])
  private let stream: AsyncStream<TokenPosition>
  private let continuation: AsyncStream<TokenPosition>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  var ended: [InstanceID] { storage.withLock { $0 } }

  func committed(_ units: [UnitOfWork]) {
    for unit in units {
      if unit.instance.state.isEnd { storage.withLock { $0.append(unit.instance.id) } }
      for task in unit.instance.externalTasks where task.reference != nil {
        continuation.yield(TokenPosition(instance: unit.instance.id, token: task.token))
      }
    }
  }

  func noticed(_ notice: EngineNotice) {}

  func next() async -> TokenPosition? { await stream.first { _ in true } }
}
