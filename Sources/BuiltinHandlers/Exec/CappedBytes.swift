/// What a command wrote, kept up to a limit: the first bytes, and of what comes after them the last.
///
/// Whatever is beyond the limit is read all the same and dropped, so that the command never blocks on a full pipe.
struct CappedBytes: Sendable {
  private let headLimit: Int
  private let tailLimit: Int
  /// The first bytes.
  private(set) var head: [UInt8] = []
  private var recent: [UInt8] = []
  /// How many bytes there were in all.
  private(set) var total = 0
  /// Why reading ended before its time; nil when nothing went wrong.
  var readFailure: String?

  /// Makes an empty one; limits are in bytes.
  init(headLimit: Int, tailLimit: Int = 0) {
    self.headLimit = headLimit
    self.tailLimit = tailLimit
  }

  /// Whether some bytes were dropped.
  var isCut: Bool { total > head.count + tail.count }

  /// The last bytes that are not part of the head.
  var tail: ArraySlice<UInt8> { recent.suffix(tailLimit) }

  /// Takes the next bytes.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    total += bytes.count
    let room = min(headLimit - head.count, bytes.count)
    head.append(contentsOf: bytes[..<room])
    guard tailLimit > 0, room < bytes.count else { return }
    recent.append(contentsOf: bytes[room...].suffix(tailLimit))
    // Cutting only at twice the limit keeps the cost per byte constant.
    if recent.count > 2 * tailLimit { recent.removeFirst(recent.count - tailLimit) }
  }

  /// What was kept as text, with a sentence where bytes are missing; bytes that are not UTF-8 are replaced.
  var text: String {
    guard isCut else { return String(decoding: head + tail, as: UTF8.self) }
    let end = tail.drop { $0 & 0b1100_0000 == 0b1000_0000 }
    let beginning = Self.withoutPartialCharacter(head)
    let gap = "\n… \(total - beginning.count - end.count) bytes left out …\n"
    return String(decoding: beginning, as: UTF8.self) + gap + String(decoding: end, as: UTF8.self)
  }

  /// The bytes without a character that was cut in two at their end.
  private static func withoutPartialCharacter(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard let lead = bytes.suffix(4).lastIndex(where: { $0 & 0b1100_0000 != 0b1000_0000 }) else { return bytes[...] }
    let length: Int
    switch bytes[lead] {
    case 0xC0...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF7: length = 4
    default: length = 1
    }
    return bytes.count - lead < length ? bytes[..<lead] : bytes[...]
  }
}
