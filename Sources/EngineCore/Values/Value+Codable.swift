import FoundationEssentials

extension Value: Codable {
  /// Reads a value from whatever the decoder has in this place.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .boolean(flag)
    } else if let number = try? container.decode(Decimal.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let elements = try? container.decode([Value].self) {
      self = .list(elements)
    } else {
      self = .context(try container.decode(Context.self))
    }
  }

  /// Writes the value as null, boolean, number, string, list or keyed container.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .string(let text): try container.encode(text)
    case .list(let elements): try container.encode(elements)
    case .context(let context): try container.encode(context)
    }
  }
}

extension Context: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads a keyed container.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    self.init()
    for name in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      self[name.stringValue] = try container.decode(Value.self, forKey: name)
    }
  }

  /// Writes a keyed container.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for entry in entries { try container.encode(entry.value, forKey: Name(stringValue: entry.name)) }
  }
}
