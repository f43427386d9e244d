import EngineRuntime

/// A lane for commits whose moments come from the seed: a batch is written when it is sent off, while the loop looks
/// whether it has landed, or not before the loop waits for it. What was not written when the process dies never is.
final class SimulatedLane: CommitLane {
  let smallestBatch: Int
  let goodBatch: Int
  private let store: FaultyStore
  private let isNow: () -> Bool
  private var order: (writes: [StoreWrite], lease: Lease)?
  private var result: Result<[WriteResult], StoreFailure>?

  /// - Parameter isNow: Asked at each moment at which the batch may be written.
  init(_ store: FaultyStore, smallestBatch: Int, goodBatch: Int, isNow: @escaping () -> Bool) {
    self.store = store
    self.smallestBatch = smallestBatch
    self.goodBatch = goodBatch
    self.isNow = isNow
  }

  var hasLanded: Bool {
    if result == nil, isNow() { write() }
    return result != nil
  }

  func begin(_ writes: [StoreWrite], lease: Lease) {
    order = (writes, lease)
    if isNow() { write() }
  }

  func waitForLandingOrMail() { write() }

  func wait() throws(StoreFailure) -> [WriteResult] {
    write()
    defer { result = nil }
    return try result?.get() ?? []
  }

  private func write() {
    guard let (writes, lease) = order else { return }
    order = nil
    result = Result { () throws(StoreFailure) in try store.commit(writes, lease: lease) }
  }
}
