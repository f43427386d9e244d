import EngineCore

/// Reads the positions of a stored array one after the other, strictly.
struct FieldReader {
  private let fields: [Value]
  private var position = 0

  init(_ value: Value) throws(DecodingFault) {
    guard case .list(let fields) = value else { throw DecodingFault("\(value.typeName) where a list should be") }
    self.fields = fields
  }

  var isAtEnd: Bool { position >= fields.count }

  mutating func value() throws(DecodingFault) -> Value {
    guard position < fields.count else { throw DecodingFault("field \(position) is missing") }
    defer { position += 1 }
    return fields[position]
  }

  mutating func integer() throws(DecodingFault) -> Int64 {
    guard let number = try value().intValue else { throw DecodingFault("field \(position - 1) is no whole number") }
    return Int64(number)
  }

  mutating func optionalInteger() throws(DecodingFault) -> Int64? {
    let value = try value()
    if value.isNull { return nil }
    guard let number = value.intValue else { throw DecodingFault("field \(position - 1) is no whole number") }
    return Int64(number)
  }

  mutating func boolean() throws(DecodingFault) -> Bool {
    guard let flag = try value().booleanValue else { throw DecodingFault("field \(position - 1) is no truth value") }
    return flag
  }

  mutating func string() throws(DecodingFault) -> String {
    guard let text = try value().stringValue else { throw DecodingFault("field \(position - 1) is no text") }
    return text
  }

  mutating func optionalString() throws(DecodingFault) -> String? {
    let value = try value()
    if value.isNull { return nil }
    guard let text = value.stringValue else { throw DecodingFault("field \(position - 1) is no text") }
    return text
  }

  mutating func list() throws(DecodingFault) -> [Value] {
    guard let list = try value().listValue else { throw DecodingFault("field \(position - 1) is no list") }
    return list
  }

  mutating func id<ID: Identifier>() throws(DecodingFault) -> ID { ID(rawValue: try integer()) }

  mutating func ids<ID: Identifier>() throws(DecodingFault) -> [ID] {
    var ids: [ID] = []
    for element in try list() {
      guard let number = element.intValue else { throw DecodingFault("an identifier is no whole number") }
      ids.append(ID(rawValue: Int64(number)))
    }
    return ids
  }

  mutating func node() throws(DecodingFault) -> NodeIndex { NodeIndex(rawValue: Int(try integer())) }

  mutating func timestamp() throws(DecodingFault) -> Timestamp { Timestamp(microseconds: try integer()) }

  mutating func optionalTimestamp() throws(DecodingFault) -> Timestamp? {
    let value = try value()
    if value.isNull { return nil }
    guard let number = value.intValue else { throw DecodingFault("field \(position - 1) is no instant") }
    return Timestamp(microseconds: Int64(number))
  }

  mutating func strings() throws(DecodingFault) -> [String] {
    var strings: [String] = []
    for element in try list() {
      guard let text = element.stringValue else { throw DecodingFault("an element of a list is no text") }
      strings.append(text)
    }
    return strings
  }

  mutating func context() throws(DecodingFault) -> Context {
    guard let context = try value().contextValue else { throw DecodingFault("field \(position - 1) is no object") }
    return context
  }

  mutating func code<Code: RawRepresentable>() throws(DecodingFault) -> Code where Code.RawValue == Int {
    let number = Int(try integer())
    guard let code = Code(rawValue: number) else { throw DecodingFault("there is no \(Code.self) \(number)") }
    return code
  }

  mutating func changes() throws(DecodingFault) -> [VariableChange] {
    var changes: [VariableChange] = []
    for element in try list() {
      var fields = try FieldReader(element)
      let name = try fields.string()
      changes.append(VariableChange(name: name, value: fields.isAtEnd ? nil : try fields.value()))
    }
    return changes
  }
}
