import EngineCore

/// Checks values against a JSON Schema, as far as ours uses the language. Words that it does not know are mistakes, so
/// that nothing in the schema goes unchecked.
struct SchemaChecker {
  private static let silentWords = ["$schema", "title", "description", "definitions"]
  private let root: Value

  init(_ root: Value) { self.root = root }

  func mistakes(in value: Value) -> [String] { mistakes(value, root, "") }

  private func mistakes(_ value: Value, _ schema: Value, _ path: String) -> [String] {
    var found: [String] = []
    for entry in schema.contextValue?.entries ?? [] where !Self.silentWords.contains(entry.name) {
      found += mistakes(value, entry.name, entry.value, schema, path)
    }
    return found
  }

  private func mistakes(
    _ value: Value, _ word: String, _ rule: Value, _ schema: Value, _ path: String
  ) -> [String] {
    switch word {
    case "$ref":
      let name = rule.stringValue?.split(separator: "/").last.map(String.init) ?? ""
      guard let target = root["definitions"]?[name] else { return ["no definition \(name)"] }
      return mistakes(value, target, path)
    case "type":
      let types = (rule.listValue ?? [rule]).compactMap(\.stringValue)
      return types.contains { has(value, type: $0) } ? [] : ["\(path) is \(value.typeName), not \(types)"]
    case "enum": return rule.listValue?.contains(value) ?? false ? [] : ["\(path) is not one of \(rule)"]
    case "oneOf":
      let matching = rule.listValue?.count { mistakes(value, $0, path).isEmpty } ?? 0
      return matching == 1 ? [] : ["\(path) matches \(matching) of the forms"]
    case "required":
      let missing = rule.listValue?.compactMap(\.stringValue).filter { value.contextValue?[$0] == nil } ?? []
      return value.contextValue == nil ? [] : missing.map { "\(path) has no \($0)" }
    case "properties":
      return value.contextValue?.entries.flatMap { entry in
        rule[entry.name].map { mistakes(entry.value, $0, "\(path).\(entry.name)") } ?? []
      } ?? []
    case "additionalProperties":
      let others = value.contextValue?.entries.filter { schema["properties"]?[$0.name] == nil } ?? []
      if rule == false { return others.map { "\(path) has \($0.name)" } }
      return others.flatMap { mistakes($0.value, rule, "\(path).\($0.name)") }
    case "propertyNames":
      return value.contextValue?.entries.flatMap { mistakes(.string($0.name), rule, "\(path) key") } ?? []
    case "items":
      return value.listValue?.enumerated().flatMap { mistakes($0.element, rule, "\(path)[\($0.offset)]") } ?? []
    case "minItems", "minProperties":
      let count = value.listValue?.count ?? value.contextValue?.count ?? .max
      return count >= rule.intValue ?? .max ? [] : ["\(path) has too few"]
    case "minimum", "maximum":
      guard let number = value.numberValue, let limit = rule.numberValue else { return [] }
      return (word == "minimum" ? number >= limit : number <= limit) ? [] : ["\(path) is out of range"]
    case "maxLength": return value.stringValue?.count ?? 0 <= rule.intValue ?? 0 ? [] : ["\(path) is too long"]
    case "pattern":
      guard let text = value.stringValue, let pattern = rule.stringValue else { return [] }
      guard let expression = try? Regex(pattern) else { return ["the pattern \(pattern) cannot be read"] }
      return text.contains(expression) ? [] : ["\(path) is \(text)"]
    default: return ["the checker does not know \(word)"]
    }
  }

  private func has(_ value: Value, type: String) -> Bool {
    switch type {
    case "object": value.contextValue != nil
    case "array": value.listValue != nil
    case "integer": value.intValue != nil
    default: value.typeName == type
    }
  }
}
