import FoundationEssentials

/// Writes JSON into bytes, either whole values or piece by piece.
///
/// It stands on the path of every commit, so whoever knows the shape of a record writes it piece by piece and builds
/// no `Value` for it. Commas come by themselves; that arrays and objects close is up to the caller.
///
///     var writer = JSONWriter()
///     writer.beginArray()
///     writer.writeInteger(7)
///     writer.writeString("order")
///     writer.endArray()            // [7,"order"]
///
/// The output is safe to print: no byte in it can steer a terminal or turn the direction of text.
public struct JSONWriter: Sendable {
  /// Everything written so far, in UTF-8.
  public private(set) var bytes: [UInt8]
  /// Whether the next value needs a comma before it.
  var separatorIsDue = false

  /// Makes an empty writer; `capacity` is in bytes and only saves growing.
  public init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Everything written so far, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written but keeps the memory, for the next record.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    separatorIsDue = false
  }

  /// Writes a whole value in canonical form: names sorted, no spaces, numbers exact and without exponent.
  public mutating func write(_ value: Value) {
    switch value {
    case .null: writeNull()
    case .boolean(let flag): writeBoolean(flag)
    case .number(let number): writeNumber(number)
    case .string(let text): writeString(text)
    case .list(let elements):
      beginArray()
      for element in elements { write(element) }
      endArray()
    case .context(let context): write(context)
    }
  }

  /// Writes a context as an object.
  public mutating func write(_ context: Context) {
    beginObject()
    for entry in context.entries {
      writeName(entry.name)
      write(entry.value)
    }
    endObject()
  }

  /// Opens an array.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }

  /// Closes an array.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Opens an object.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }

  /// Closes an object.
  public mutating func endObject() { close(UInt8(ascii: "}")) }

  /// Writes the name of the next value in an object.
  public mutating func writeName(_ name: String) {
    writeString(name)
    bytes.append(UInt8(ascii: ":"))
    separatorIsDue = false
  }

  /// Writes null.
  public mutating func writeNull() {
    separate()
    append(ascii: "null")
  }

  /// Writes a truth value.
  public mutating func writeBoolean(_ flag: Bool) {
    separate()
    append(ascii: flag ? "true" : "false")
  }

  /// Writes a whole number.
  public mutating func writeInteger(_ integer: Int64) {
    separate()
    if integer < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDigits(integer.magnitude)
  }

  /// Writes a whole number.
  public mutating func writeInteger(_ integer: Int) { writeInteger(Int64(integer)) }

  /// Writes a number exactly and without exponent; NaN becomes null.
  public mutating func writeNumber(_ number: Decimal) {
    let parts = DecimalParts(number)
    if number.isNaN { return writeNull() }
    if let integer = parts.integer { return writeInteger(integer) }
    separate()
    parts.appendText(to: &bytes)
  }

  /// Writes text between quotation marks, or null for no text.
  public mutating func writeString(_ text: String?) {
    guard let text else { return writeNull() }
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes that already are one whole JSON value; they are not checked.
  public mutating func writeRaw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  /// Ends a line between values of a stream that has one value a line.
  public mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    separatorIsDue = false
  }

  mutating func append(ascii text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(contentsOf more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  private mutating func separate() {
    if separatorIsDue { bytes.append(UInt8(ascii: ",")) }
    separatorIsDue = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    separatorIsDue = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    separatorIsDue = true
  }

  private mutating func appendDigits(_ magnitude: UInt64) {
    if magnitude < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(magnitude)) }
    let start = bytes.count
    var rest = magnitude
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }
}
