import EngineCore

/// Commits one batch at a time beside the engine's turns.
///
/// The contract stays what it is: nobody is told of a batch and none of its handlers begins before `wait` has returned.
/// Only what needs none of that goes on meanwhile: stepping the reports that have arrived.
package protocol CommitLane: AnyObject {
  /// From how many units on a batch is worth the way: a small one is durable sooner in the turn itself.
  var smallestBatch: Int { get }
  /// How many units make a batch that is worth sending off as soon as the lane is free; waiting for more of them would
  /// only leave the lane with nothing to do.
  var goodBatch: Int { get }
  /// Whether the commit that has begun is over, so that `wait` returns at once.
  var hasLanded: Bool { get }
  /// Waits until the commit that has begun is over, or much mail has arrived since this was last asked.
  func waitForLandingOrMail()
  /// Begins to commit; `wait` must follow before the next one.
  func begin(_ writes: [StoreWrite], lease: Lease)
  /// Waits until the commit is over and says what came of it.
  func wait() throws(StoreFailure) -> [WriteResult]
}

/// A batch on its way to the disk.
struct Flight {
  let batch: Batch
  let groups: [Range<Int>]
  /// Handlers of the batch before it that do not begin because this one ends their steps.
  var withheld: [(WorkInvocation, UnitOfWork)] = []
}

/// A thread that does nothing but commit.
final class CommitThread: CommitLane, @unchecked Sendable {
  /// Two changes of thread cost about as much as so many units.
  let smallestBatch = 64
  /// Enough of them that the disk's flush is a small part of the commit.
  let goodBatch = 256
  private let store: any EngineStore
  private let monitor = Monitor()
  // Guarded by the monitor.
  private var order: (writes: [StoreWrite], lease: Lease)?
  private var result: Result<[WriteResult], StoreFailure>?
  private var isStopping = false
  private var hasMail = false

  init(store: any EngineStore) {
    self.store = store
    // The thread keeps this object until it is stopped.
    DetachedThread.start { self.run() }
  }

  var hasLanded: Bool { monitor.locked { result != nil } }

  /// Much mail has arrived: whoever waits for the commit has better things to do.
  func noteMail() {
    monitor.locked { hasMail = true }
    monitor.notify()
  }

  func waitForLandingOrMail() {
    monitor.locked {
      while result == nil, !hasMail { monitor.wait() }
      hasMail = false
    }
  }

  func begin(_ writes: [StoreWrite], lease: Lease) {
    monitor.locked { order = (writes, lease) }
    monitor.notify()
  }

  func wait() throws(StoreFailure) -> [WriteResult] {
    let landed = monitor.locked { () -> Result<[WriteResult], StoreFailure> in
      while true {
        if let landed = result {
          result = nil
          return landed
        }
        monitor.wait()
      }
    }
    return try landed.get()
  }

  /// Ends the thread once nothing is on its way.
  func stop() {
    monitor.locked { isStopping = true }
    monitor.notify()
  }

  private func run() {
    while let (writes, lease) = nextOrder() {
      let landed = Result { () throws(StoreFailure) in try store.commit(writes, lease: lease) }
      monitor.locked { result = landed }
      monitor.notify()
    }
  }

  private func nextOrder() -> (writes: [StoreWrite], lease: Lease)? {
    monitor.locked { () -> (writes: [StoreWrite], lease: Lease)? in
      while true {
        if let next = order {
          order = nil
          return next
        }
        if isStopping { return nil }
        monitor.wait()
      }
    }
  }
}
