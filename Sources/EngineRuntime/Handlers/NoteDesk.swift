import Synchronization

/// Where handlers leave what they say beside their outcome, until they report.
///
/// Most say nothing, and pay for no more than a look at a counter.
package final class NoteDesk: Sendable {
  private let notes = Mutex<[WorkKey: String]>([:])
  /// How many notes lie here. Who has left one sees it counted, on whatever thread it goes on.
  private let count = Atomic<Int>(0)

  package init() {}

  /// A handler leaves a note; it replaces the one before.
  func leave(_ text: String, for work: WorkKey) {
    notes.withLock { notes in
      notes[work] = text
      count.store(notes.count, ordering: .relaxed)
    }
  }

  /// The note of a handler, which is gone from here then.
  package func take(of work: WorkKey) -> String? {
    guard count.load(ordering: .relaxed) > 0 else { return nil }
    return notes.withLock { notes in
      defer { count.store(notes.count, ordering: .relaxed) }
      return notes.removeValue(forKey: work)
    }
  }
}
