import EngineCore
import HeapModule

/// Tells an engine which timers are due, and when to look again.
///
/// Every pending timer stands in the store, and firing one is a unit of work there. A backend only knows the order:
/// what it forgets is told again by the store, and what it tells too late, twice, or after the timer was moved or
/// cancelled, the engine finds out. So a backend can never make a timer fire twice; it can only make it late.
///
/// The engine calls it on its own thread, and never in the middle of a call. Give one to an engine with
/// `EngineConfiguration.timerBackend`: a timer wheel in memory, or something outside that counts the time. The article
/// "Bringing a timer backend of your own" has an example.
public protocol TimerBackend: AnyObject {
  /// Forgets everything: the engine has become the engine of the store (again), and the store knows better.
  func reset()
  /// A timer is pending, or has another due time, and that is on disk. The same position may come more than once.
  func schedule(_ position: TimerPosition)
  /// Takes out timers that are due at an instant, the oldest first, at most so many. With none, nothing is due. Looks
  /// into the store for what was pending before; when that fails, what was taken out before is returned or kept, not
  /// lost.
  ///
  /// Costs must not grow with the number of pending timers.
  func takeDue(at now: Timestamp, limit: Int, from store: any EngineStore) throws(StoreFailure) -> [TimerPosition]
  /// When the next timer falls due: the engine calls `takeDue` then, or before. Nil when no timer is known to be
  /// pending; an instant that has passed when it has yet to look.
  func nextDue() -> Timestamp?
}

/// Reads ahead in the store's index of due times: the backend that an engine has unless it is given another one.
///
/// It holds the timers up to a cursor; what lies behind it is found by reading on. So a million pending timers cost one
/// page of memory, and starting costs the same however many there are.
public final class ReadAheadTimers: TimerBackend {
  private let page: Int
  private var timers = Heap<TimerPosition>()
  private var cursor: TimerPosition?
  private var isComplete = false

  /// Makes a backend that reads so many timers at once.
  public init(page: Int) { self.page = page }

  /// Forgets what was read.
  public func reset() {
    timers = Heap()
    cursor = nil
    isComplete = false
  }

  /// Keeps a timer that lies before the cursor. One beyond is found by reading on.
  public func schedule(_ position: TimerPosition) {
    guard isComplete || cursor.map({ position <= $0 }) ?? false else { return }
    timers.insert(position)
    if timers.count >= 4 * max(page, 1) { keepFirstPage() }
  }

  /// What is too much to hold, or was cancelled since, is left to the store, which tells it again when its turn comes.
  private func keepFirstPage() {
    let first = timers.unordered.sorted().prefix(max(page, 1))
    timers = Heap(first)
    cursor = first.last
    isComplete = false
  }

  /// Takes out what is due, and reads on as far as it needs. O(log page) for each.
  public func takeDue(
    at now: Timestamp, limit: Int, from store: any EngineStore
  ) throws(StoreFailure) -> [TimerPosition] {
    var due: [TimerPosition] = []
    while due.count < limit {
      if timers.isEmpty, !isComplete {
        do {
          try read(store)
        } catch {
          // What was taken out already must not be lost with it; whoever asks for more is told.
          if due.isEmpty { throw error }
          return due
        }
      }
      guard let first = timers.min, first.due <= now else { break }
      timers.removeMin()
      due.append(first)
    }
    return due
  }

  /// When the first timer that was read falls due.
  public func nextDue() -> Timestamp? { timers.min?.due ?? (isComplete ? nil : .distantPast) }

  private func read(_ store: any EngineStore) throws(StoreFailure) {
    let found = try store.timers(after: cursor, limit: page)
    for timer in found { timers.insert(timer) }
    isComplete = found.count < page
    if let last = found.last { cursor = last }
  }
}
