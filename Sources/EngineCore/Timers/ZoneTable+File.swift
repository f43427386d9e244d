extension ZoneTable {
  /// Reads the bytes of a zone file; nil when they are none. Leap seconds in it are not counted, as in POSIX.
  public init?(tzif bytes: [UInt8]) {
    var reader = ZoneFileReader(bytes)
    guard let old = reader.header() else { return nil }
    guard old.version >= UInt8(ascii: "2") else {
      guard let block = reader.block(old, timeSize: 4) else { return nil }
      self.init(firstOffset: block.firstOffset, changes: block.changes, rule: nil)
      return
    }
    // Newer files have everything twice: first for readers that know 32 bits.
    guard reader.skip(old.size(timeSize: 4)), let new = reader.header(),
      let block = reader.block(new, timeSize: 8), let footer = reader.footer()
    else { return nil }
    let rule = footer.isEmpty ? nil : PosixZone(footer)
    if !footer.isEmpty, rule == nil { return nil }
    self.init(firstOffset: block.firstOffset, changes: block.changes, rule: rule)
  }
}

/// Reads the parts of a zone file in order.
private struct ZoneFileReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many of each there are in a block.
  struct Header {
    let version: UInt8
    let utcFlags: Int
    let standardFlags: Int
    let leapSeconds: Int
    let times: Int
    let types: Int
    let characters: Int

    func size(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardFlags + utcFlags
    }
  }

  mutating func header() -> Header? {
    guard let magic = take(4), Array(magic) == Array("TZif".utf8), let version = take(1)?.first, skip(15) else {
      return nil
    }
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let count = integer(4), (0...1_000_000).contains(count) else { return nil }
      counts.append(Int(count))
    }
    return Header(
      version: version, utcFlags: counts[0], standardFlags: counts[1], leapSeconds: counts[2], times: counts[3],
      types: counts[4], characters: counts[5])
  }

  mutating func block(
    _ header: Header, timeSize: Int
  ) -> (firstOffset: Int, changes: [(at: Int64, offset: Int)])? {
    let end = position + header.size(timeSize: timeSize)
    guard end <= bytes.count, header.types > 0 else { return nil }
    var times: [Int64] = []
    for _ in 0..<header.times {
      guard let time = integer(timeSize), times.last ?? .min < time else { return nil }
      times.append(time)
    }
    guard let types = take(header.times).map(Array.init) else { return nil }
    var offsets: [Int] = []
    for _ in 0..<header.types {
      guard let offset = integer(4), abs(offset) < 200_000, skip(2) else { return nil }
      offsets.append(Int(offset))
    }
    guard types.allSatisfy({ Int($0) < offsets.count }) else { return nil }
    position = end
    return (offsets[0], zip(times, types).map { ($0, offsets[Int($1)]) })
  }

  /// The rule between two line feeds.
  mutating func footer() -> String? {
    guard take(1)?.first == 10, let end = bytes[position...].firstIndex(of: 10) else { return nil }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  mutating func skip(_ count: Int) -> Bool { take(count) != nil }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, position + count <= bytes.count else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A signed integer, most significant byte first.
  private mutating func integer(_ size: Int) -> Int64? {
    guard let taken = take(size) else { return nil }
    var value: Int64 = taken.first.map { $0 >= 128 } == true ? -1 : 0
    for byte in taken { value = value << 8 | Int64(byte) }
    return value
  }
}
