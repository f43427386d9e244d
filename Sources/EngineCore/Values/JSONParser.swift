/// Reads JSON (RFC 8259, strictly) from UTF-8: no comments, no trailing commas, no duplicate names, no lone
/// surrogates, no number that a `Decimal` cannot hold exactly.
///
/// Never crashes and never hangs, whatever the input; nesting is limited.
public struct JSONParser {
  /// How deeply the engine's own records may nest: a value as deep as values may be, inside of its record.
  public static let maximumDepth = 200

  let bytes: [UInt8]
  var position = 0
  private let maximumDepth: Int
  private var depth = 0

  private init(_ bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  /// Reads bytes that must be one value, with nothing but white space around it.
  ///
  /// Values from outside keep to `Value.maximumDepth`; a reader of the engine's own records passes
  /// `JSONParser.maximumDepth`.
  public static func parse(
    _ bytes: [UInt8], maximumDepth: Int = Value.maximumDepth
  ) throws(JSONError) -> Value {
    var parser = JSONParser(bytes, maximumDepth: min(maximumDepth, Self.maximumDepth))
    do throws(Failure) {
      let value = try parser.parseValue()
      parser.skipWhiteSpace()
      guard parser.position == bytes.count else { throw Failure("unexpected text after the value") }
      return value
    } catch {
      throw JSONError(at: error.offset ?? parser.position, in: bytes, message: error.message)
    }
  }

  /// Reads any sequence of bytes, such as a buffer of a database.
  public static func parse(
    _ bytes: some Sequence<UInt8>, maximumDepth: Int = Value.maximumDepth
  ) throws(JSONError) -> Value {
    try parse(Array(bytes), maximumDepth: maximumDepth)
  }

  /// Reads text that must be one value.
  public static func parse(
    _ text: some StringProtocol, maximumDepth: Int = Value.maximumDepth
  ) throws(JSONError) -> Value {
    try parse(Array(text.utf8), maximumDepth: maximumDepth)
  }

  /// What went wrong, at an offset or where the parser stands; the place is counted out only when it is thrown.
  struct Failure: Error {
    let message: String
    var offset: Int?

    init(_ message: String, at offset: Int? = nil) {
      self.message = message
      self.offset = offset
    }
  }

  /// The next byte, or 0, which is valid nowhere, at the end.
  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipWhiteSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func parseValue() throws(Failure) -> Value {
    skipWhiteSpace()
    switch current {
    case UInt8(ascii: "{"): return try parseObject()
    case UInt8(ascii: "["): return try parseArray()
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
    case UInt8(ascii: "t"): return try parseWord("true", as: .boolean(true))
    case UInt8(ascii: "f"): return try parseWord("false", as: .boolean(false))
    case UInt8(ascii: "n"): return try parseWord("null", as: .null)
    default: throw Failure(position < bytes.count ? "expected a value" : "the text ends where a value should be")
    }
  }

  private mutating func parseWord(_ word: StaticString, as value: Value) throws(Failure) -> Value {
    let end = position + word.utf8CodeUnitCount
    let matches =
      end <= bytes.count && word.withUTF8Buffer { $0.elementsEqual(bytes[position..<end]) }
    guard matches else { throw Failure("expected a value") }
    position = end
    return value
  }

  private mutating func parseArray() throws(Failure) -> Value {
    try enter()
    var elements: [Value] = []
    skipWhiteSpace()
    if current == UInt8(ascii: "]") {
      leave()
      return .list([])
    }
    while true {
      elements.append(try parseValue())
      skipWhiteSpace()
      switch current {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        leave()
        return .list(elements)
      default: throw Failure("expected a comma or the end of the array")
      }
    }
  }

  private mutating func parseObject() throws(Failure) -> Value {
    let start = position
    try enter()
    var entries: [Context.Entry] = []
    skipWhiteSpace()
    if current == UInt8(ascii: "}") {
      leave()
      return .context(Context())
    }
    while true {
      skipWhiteSpace()
      guard current == UInt8(ascii: "\"") else { throw Failure("expected a name in quotation marks") }
      let name = try parseString()
      skipWhiteSpace()
      guard current == UInt8(ascii: ":") else { throw Failure("expected a colon after the name") }
      position += 1
      entries.append(Context.Entry(name: name, value: try parseValue()))
      skipWhiteSpace()
      switch current {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        leave()
        return .context(try context(of: entries, objectAt: start))
      default: throw Failure("expected a comma or the end of the object")
      }
    }
  }

  private func context(of entries: [Context.Entry], objectAt start: Int) throws(Failure) -> Context {
    if let context = Context(uniqueEntries: entries) { return context }
    var names: Set<String> = []
    let name = entries.first { !names.insert($0.name).inserted }?.name ?? ""
    throw Failure("the object has the name \(Value.string(name)) twice", at: start)
  }

  private mutating func enter() throws(Failure) {
    guard depth < maximumDepth else { throw Failure("more than \(maximumDepth) arrays and objects in each other") }
    depth += 1
    position += 1
  }

  private mutating func leave() {
    depth -= 1
    position += 1
  }
}
