extension Value {
  /// Reads JSON text; the whole text must be one value.
  public init(json: String) throws(JSONError) { self = try JSONParser.parse(json) }

  /// Reads JSON in UTF-8; all the bytes must be one value.
  public init(json: [UInt8]) throws(JSONError) { self = try JSONParser.parse(json) }

  /// The canonical JSON text: names sorted, no spaces, numbers exact and without exponent.
  public var jsonText: String {
    var writer = JSONWriter()
    writer.write(self)
    return writer.text
  }

  /// The canonical JSON in UTF-8.
  public var jsonBytes: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }

  /// The JSON text for people: one name or element a line, indented by two spaces.
  public var prettyJSON: String {
    var writer = JSONWriter()
    writer.writePretty(self, indentation: 0)
    return writer.text
  }
}

extension JSONWriter {
  fileprivate mutating func writePretty(_ value: Value, indentation: Int) {
    switch value {
    case .list(let elements) where !elements.isEmpty:
      append(ascii: "[")
      for (index, element) in elements.enumerated() {
        if index > 0 { append(ascii: ",") }
        startLine(indentation: indentation + 1)
        writePretty(element, indentation: indentation + 1)
      }
      startLine(indentation: indentation)
      append(ascii: "]")
    case .context(let context) where !context.isEmpty:
      append(ascii: "{")
      for (index, entry) in context.entries.enumerated() {
        if index > 0 { append(ascii: ",") }
        startLine(indentation: indentation + 1)
        writeString(entry.name)
        separatorIsDue = false
        append(ascii: ": ")
        writePretty(entry.value, indentation: indentation + 1)
      }
      startLine(indentation: indentation)
      append(ascii: "}")
    case .null, .boolean, .number, .string, .list, .context:
      write(value)
      separatorIsDue = false
    }
  }

  private mutating func startLine(indentation: Int) {
    append(ascii: "\n")
    for _ in 0..<indentation { append(ascii: "  ") }
  }
}
