extension Value: CustomStringConvertible {
  /// The value as a FEEL literal on one line: `{amount: 12.5, "unit price": null, tags: ["a", "b"]}`.
  ///
  /// Characters that steer a terminal are escaped.
  public var description: String {
    var writer = JSONWriter()
    writer.writeLiteral(self)
    return writer.text
  }
}

extension Context: CustomStringConvertible {
  /// The context as a FEEL literal on one line.
  public var description: String { Value.context(self).description }
}

extension JSONWriter {
  fileprivate mutating func writeLiteral(_ value: Value) {
    switch value {
    case .null, .boolean, .number, .string:
      write(value)
      separatorIsDue = false
    case .list(let elements):
      append(ascii: "[")
      for (index, element) in elements.enumerated() {
        if index > 0 { append(ascii: ", ") }
        writeLiteral(element)
      }
      append(ascii: "]")
    case .context(let context):
      append(ascii: "{")
      for (index, entry) in context.entries.enumerated() {
        if index > 0 { append(ascii: ", ") }
        writeLiteralName(entry.name)
        append(ascii: ": ")
        writeLiteral(entry.value)
      }
      append(ascii: "}")
    }
  }

  private mutating func writeLiteralName(_ name: String) {
    let isPlain =
      name.utf8.first.map { $0.isASCIILetter || $0 == UInt8(ascii: "_") } == true
      && name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
    if isPlain { append(contentsOf: name.utf8) } else { writeString(name) }
    separatorIsDue = false
  }
}
