/// The rules of a zone as a zone file has them (TZif, RFC 9636): a table of changes, and a rule for the time after it.
///
/// Exact and small: a zone takes a few kilobytes, and no locale data is loaded.
public struct ZoneTable: ZoneRules, Hashable {
  /// When the offset changes, in seconds since the Unix epoch, ascending.
  private let changes: [Int64]
  /// The offset from each change on.
  private let offsets: [Int]
  /// The offset before the first change.
  private let firstOffset: Int
  /// What holds after the last change; nil when that goes on for ever.
  private let rule: PosixZone?

  init(firstOffset: Int, changes: [(at: Int64, offset: Int)], rule: PosixZone?) {
    var offset = firstOffset
    var kept: [(at: Int64, offset: Int)] = []
    // A change of the name alone, or of what counts as summer time, is none.
    for change in changes where change.offset != offset {
      kept.append(change)
      offset = change.offset
    }
    self.firstOffset = firstOffset
    self.changes = kept.map(\.at)
    offsets = kept.map(\.offset)
    self.rule = rule
  }

  /// A zone that follows a rule for ever, such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1, `TZ`); nil when it is none.
  public init?(posix text: String) {
    guard let rule = PosixZone(text) else { return nil }
    self.init(firstOffset: rule.standardOffset, changes: [], rule: rule)
  }

  /// The offset at an instant. O(log changes).
  public func offsetSeconds(at instant: Timestamp) -> Int {
    let second = instant.wholeSeconds
    let count = countOfChanges(until: second)
    if count == changes.count, let rule { return rule.offset(at: second) }
    return count == 0 ? firstOffset : offsets[count - 1]
  }

  /// The next change. O(log changes).
  public func nextChange(after instant: Timestamp) -> Timestamp? {
    let second = instant.wholeSeconds
    let count = countOfChanges(until: second)
    if count < changes.count { return Timestamp(seconds: changes[count]) }
    return rule?.nextChange(after: second).map { Timestamp(seconds: $0) }
  }

  private func countOfChanges(until second: Int64) -> Int {
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= second { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
