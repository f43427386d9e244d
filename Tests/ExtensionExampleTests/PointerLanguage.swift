import EngineCore

/// A language of paths: `=@pointer /order/lines/0/price` gives what stands there, or null.
struct PointerLanguage: ConditionEvaluator {
  func validate(_ text: String) -> String? {
    text.isEmpty || text.hasPrefix("/") ? nil : "a path begins with a slash"
  }

  func evaluate(_ text: String, in variables: Context) throws(ConditionFault) -> Value {
    var value = Value.context(variables)
    for part in text.split(separator: "/") {
      if let index = Int(part), let list = value.listValue {
        value = list.indices.contains(index) ? list[index] : .null
      } else {
        value = value[String(part)] ?? .null
      }
    }
    return value
  }
}
