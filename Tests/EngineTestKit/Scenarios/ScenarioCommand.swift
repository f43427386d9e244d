import EngineCore

/// The command line of a block, taken apart: `done charge fence=1 {id: 7}`.
struct ScenarioCommand {
  /// The first word.
  let name: String
  /// The other words, in order, without those that are options.
  let words: [String]
  /// `key=value` words.
  let options: [String: String]
  /// What stands at the end as a FEEL value: from the first `{`, `[` or `"` on, or behind ` = `.
  let value: Value?
  /// What stands behind a last ` | `: only lines with this text come out.
  let filter: String?
  let place: Place

  /// Where the command stands.
  struct Place {
    let file: String
    let line: Int

    func error(_ message: String) -> ScenarioError { ScenarioError(file: file, line: line, message) }
  }

  init(_ line: String, at place: Place) throws(ScenarioError) {
    self.place = place
    var words: [String] = []
    var options: [String: String] = [:]
    var rest = line[...]
    filter = line.ranges(of: " | ").last.map { String(line[$0.upperBound...]) }
    if let bar = line.ranges(of: " | ").last { rest = line[..<bar.lowerBound] }
    var value: Value?
    while true {
      rest = rest.drop { $0 == " " }
      guard let first = rest.first else { break }
      if "{[\"".contains(first) || rest.hasPrefix("= ") {
        value = try Self.value(first == "=" ? String(rest.dropFirst(2)) : String(rest), at: place)
        break
      }
      let word = String(rest.prefix { $0 != " " })
      rest = rest.dropFirst(word.count)
      if let equals = word.firstIndex(of: "="), equals > word.startIndex {
        let key = String(word[..<equals])
        guard options.updateValue(String(word[word.index(after: equals)...]), forKey: key) == nil else {
          throw place.error("`\(key)` is given twice")
        }
      } else {
        words.append(word)
      }
    }
    guard let name = words.first else { throw place.error("the command is missing") }
    self.name = name
    self.words = Array(words.dropFirst())
    self.options = options
    self.value = value
  }

  private static func value(_ source: String, at place: Place) throws(ScenarioError) -> Value {
    do {
      return try Expression(source).evaluate(in: Context())
    } catch {
      throw place.error("the value cannot be read: \(error)")
    }
  }

  /// The value as named values; none when there is no value.
  func context() throws(ScenarioError) -> Context {
    switch value {
    case nil: return Context()
    case .context(let context)?: return context
    case .null?, .boolean?, .number?, .string?, .list?: throw place.error("named values are needed: {a: 1}")
    }
  }

  /// The word at a place, which the command needs.
  func word(_ index: Int, _ what: String) throws(ScenarioError) -> String {
    guard words.indices.contains(index) else { throw place.error("`\(name)` needs \(what)") }
    return words[index]
  }

  /// A duration, perhaps with a minus sign.
  func duration(_ text: String) throws(ScenarioError) -> Duration {
    let isNegative = text.hasPrefix("-")
    guard let duration = Duration(text: isNegative ? String(text.dropFirst()) : text) else {
      throw place.error("`\(text)` is no duration such as 30s or PT5M")
    }
    return isNegative ? .zero - duration : duration
  }

  /// A whole number among the options.
  func number(_ key: String) throws(ScenarioError) -> Int? {
    guard let text = options[key] else { return nil }
    guard let number = Int(text) else { throw place.error("`\(key)` is not a number") }
    return number
  }

  /// Refuses options that mean nothing here, so that a misspelt one does not pass unseen.
  func allow(_ keys: String...) throws(ScenarioError) {
    for key in options.keys.sorted() where !keys.contains(key) {
      throw place.error("`\(name)` has no option `\(key)`")
    }
  }
}
