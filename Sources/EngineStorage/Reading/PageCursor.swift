import EngineCore
import EngineRuntime

/// The place in a list behind which its next page begins: the numbers that the list is sorted by, of its last row.
///
/// Callers hand it back as they got it; it is text because it passes through command lines.
package struct PageCursor: Sendable, Hashable, CustomStringConvertible {
  /// The numbers.
  package let numbers: [Int64]

  /// Names a place.
  package init(_ numbers: Int64...) { self.numbers = numbers }

  /// Reads what `description` gave. `count` is how many numbers the list is sorted by.
  package init?(_ text: String?, count: Int, path: String) throws(StoreFailure) {
    guard let text else { return nil }
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
    guard numbers.count == count, !numbers.contains(nil) else {
      throw StoreFailure(
        .inputOutput, path: path, "\"\(text)\" is no place in this list: take one that a list ended with")
    }
    self.numbers = numbers.compactMap { $0 }
  }

  package var description: String { numbers.map { String($0) }.joined(separator: ".") }

  package subscript(index: Int) -> Int64 { numbers[index] }

  /// Whether a row with these numbers comes after the place.
  package func isBefore(_ other: PageCursor) -> Bool { numbers.lexicographicallyPrecedes(other.numbers) }
}

extension Page {
  /// A page from rows of which at least one more than asked for was read, if there is one, to know whether there are
  /// more.
  package init(_ rows: [Row], limit: Int, cursor: (Row) -> PageCursor) {
    let isCut = rows.count > limit
    self.init(
      rows: isCut ? Array(rows.prefix(limit)) : rows,
      next: isCut && limit > 0 ? cursor(rows[limit - 1]).description : nil)
  }
}

extension InstanceFilter.Word {
  /// The instance whose identifier was typed.
  package var namedInstance: InstanceID? {
    guard case .text(let text) = self, let number = Int64(text), number > 0 else { return nil }
    return InstanceID(number)
  }
}

extension Page where Row == InstanceSummary {
  /// The place behind a page of instances that are listed newest first but for one, whose number was typed.
  package static func place(behind ids: some Sequence<InstanceID>, but named: InstanceID?) -> String {
    PageCursor(ids.filter { $0 != named }.last?.rawValue ?? .max).description
  }
}
