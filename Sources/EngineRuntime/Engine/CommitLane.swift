import Glibc

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
}

/// A thread that does nothing but commit.
final class CommitThread: CommitLane, @unchecked Sendable {
  /// Two changes of thread cost about as much as so many units.
  let smallestBatch = 64
  /// Enough of them that the disk's flush is a small part of the commit.
  let goodBatch = 256
  private let store: any EngineStore
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // Guarded by the mutex.
  private var order: (writes: [StoreWrite], lease: Lease)?
  private var result: Result<[WriteResult], StoreFailure>?
  private var isStopping = false
  private var hasMail = false

  init(store: any EngineStore) {
    self.store = store
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
    let context = Unmanaged.passRetained(self)
    var created = pthread_t()
    let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
      guard let context else { return nil }
      Unmanaged<CommitThread>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }
    let status = pthread_create(&created, nil, body, context.toOpaque())
    precondition(status == 0, "the thread for commits could not be started: \(status)")
    pthread_detach(created)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  var hasLanded: Bool { locked { result != nil } }

  /// Much mail has arrived: whoever waits for the commit has better things to do.
  func noteMail() {
    locked { hasMail = true }
    pthread_cond_broadcast(condition)
  }

  func waitForLandingOrMail() {
    locked {
      while result == nil, !hasMail { pthread_cond_wait(condition, mutex) }
      hasMail = false
    }
  }

  func begin(_ writes: [StoreWrite], lease: Lease) {
    locked { order = (writes, lease) }
    pthread_cond_broadcast(condition)
  }

  func wait() throws(StoreFailure) -> [WriteResult] {
    let landed = locked { () -> Result<[WriteResult], StoreFailure> in
      while true {
        if let landed = result {
          result = nil
          return landed
        }
        pthread_cond_wait(condition, mutex)
      }
    }
    return try landed.get()
  }

  /// Ends the thread once nothing is on its way.
  func stop() {
    locked { isStopping = true }
    pthread_cond_broadcast(condition)
  }

  private func locked<Answer>(_ body: () -> Answer) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  private func run() {
    while let (writes, lease) = nextOrder() {
      let landed = Result { () throws(StoreFailure) in try store.commit(writes, lease: lease) }
      locked { result = landed }
      pthread_cond_broadcast(condition)
    }
  }

  private func nextOrder() -> (writes: [StoreWrite], lease: Lease)? {
    locked { () -> (writes: [StoreWrite], lease: Lease)? in
      while true {
        if let next = order {
          order = nil
          return next
        }
        if isStopping { return nil }
        pthread_cond_wait(condition, mutex)
      }
    }
  }
}
