import EngineCore
import EngineRuntime

/// Keeps the timers that it has read in slots of one second each.
final class TimerWheel: TimerBackend {
  private static let page = 500
  private var slots: [Int64: [TimerPosition]] = [:]
  private var count = 0
  /// Everything up to here is in the slots.
  private var cursor: TimerPosition?
  private var isComplete = false

  func reset() {
    slots = [:]
    count = 0
    cursor = nil
    isComplete = false
  }

  func schedule(_ position: TimerPosition) {
    // What lies beyond is found by reading on.
    guard isComplete || cursor.map({ position <= $0 }) ?? false else { return }
    keep(position)
  }

  func takeDue(at now: Timestamp, limit: Int, from store: any EngineStore) throws(StoreFailure) -> [TimerPosition] {
    while !isComplete, count < limit, cursor.map({ $0.due <= now }) ?? true {
      let found = try store.timers(after: cursor, limit: Self.page)
      for position in found { keep(position) }
      isComplete = found.count < Self.page
      cursor = found.last ?? cursor
    }
    var due: [TimerPosition] = []
    while due.count < limit, let slot = slots.keys.min() {
      let ordered = (slots[slot] ?? []).sorted()
      let taken = ordered.prefix { $0.due <= now }.prefix(limit - due.count)
      let left = ordered.dropFirst(taken.count)
      slots[slot] = left.isEmpty ? nil : Array(left)
      due += taken
      if !left.isEmpty { break }
    }
    count -= due.count
    return due
  }

  func nextDue() -> Timestamp? {
    guard let slot = slots.keys.min() else { return isComplete ? nil : .distantPast }
    return slots[slot]?.min()?.due
  }

  private func keep(_ position: TimerPosition) {
    slots[position.due.microseconds / 1_000_000, default: []].append(position)
    count += 1
  }
}
