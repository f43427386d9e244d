extension InstanceFilter {
  /// The filter as text that `parse` reads again.
  public var text: String { words.map(\.text).joined(separator: " ") }
}

extension InstanceFilter.Word {
  /// The word as people type it.
  public var text: String {
    switch self {
    case .state(let state): "state:\(state.name)"
    case .hasIncident: "state:incident"
    case .isSuspended: "state:suspended"
    case .definition(let key, nil): "def:" + Self.quoted(key)
    case .definition(let key, let version?): "def:" + Self.quoted(key + "@\(version)")
    case .key(let value): "key:" + Self.quoted(value)
    case .node(let value): "node:" + Self.quoted(value)
    case .error(let value): "error:" + Self.quoted(value)
    case .variable(let name, let value): "var.\(name)=" + (value.isEmpty ? "" : Self.quoted(value))
    case .age(let comparison, let length): "age\(comparison.rawValue)\(length.shortText)"
    case .changed(let comparison, let length): "changed\(comparison.rawValue)\(length.shortText)"
    case .due(let comparison, let length): "due\(comparison.rawValue)\(length.shortText)"
    case .text(let value): value.isPlain(besides: ":=<>") ? value : Self.alwaysQuoted(value)
    }
  }

  private static func quoted(_ text: String) -> String { text.isPlain(besides: "") ? text : alwaysQuoted(text) }

  private static func alwaysQuoted(_ text: String) -> String {
    var quoted = "\""
    for character in text {
      if character == "\"" || character == "\\" { quoted.append("\\") }
      quoted.append(character)
    }
    return quoted + "\""
  }
}

extension String {
  /// Whether the text means itself without quotes.
  fileprivate func isPlain(besides special: String) -> Bool {
    !isEmpty && !contains { $0.isWhitespace || $0 == "\"" || $0 == "\\" || special.contains($0) }
  }
}
