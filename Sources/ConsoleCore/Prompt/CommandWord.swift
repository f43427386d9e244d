import EngineCore

/// What was typed behind `:`.
package enum CommandWord: Sendable, Hashable {
  case view(ViewKind)
  case pane(Pane)
  case instance(InstanceID)
  case verb(VerbKind)
  case filter(String)
  case timeZone(TimeZoneMode)
  case help
  case quit

  /// Reads a command: a word or a beginning that fits one word only, or the number of an instance. Nil for nothing.
  static func read(_ text: String, panes: Bool) -> Result<CommandWord?, FilterRefusal> {
    let trimmed = text.trimmingSpaces
    guard let first = trimmed.split(separator: " ", maxSplits: 1).first.map(String.init) else { return .success(nil) }
    if let number = Int64(trimmed), number > 0 { return .success(.instance(InstanceID(number))) }
    if first == "filter" { return .success(.filter(String(trimmed.dropFirst(first.count)).trimmingSpaces)) }
    guard first == trimmed else { return .failure(FilterRefusal("only `filter` takes more words: \(trimmed)")) }
    let all = words(panes: panes)
    if let exact = all.first(where: { $0.word == first }) { return .success(exact.meaning) }
    let matches = all.filter { $0.word.hasPrefix(first) }
    // Two words for the same thing are no reason to ask.
    guard let meaning = matches.first?.meaning else {
      return .failure(FilterRefusal("there is no view, verb or instance called \(first)"))
    }
    guard matches.allSatisfy({ $0.meaning == meaning }) else {
      return .failure(FilterRefusal("\(first) could be " + matches.map(\.word).joined(separator: ", ")))
    }
    return .success(meaning)
  }

  /// The words that begin with what was typed.
  static func candidates(for text: String, panes: Bool) -> [String] {
    words(panes: panes).map(\.word).filter { $0.hasPrefix(text) }
  }

  /// What all words have in common at their beginning.
  static func commonPrefix(of words: [String]) -> String? {
    guard var common = words.first else { return nil }
    for word in words {
      while !word.hasPrefix(common) { common.removeLast() }
    }
    return common
  }

  /// Every word. In an opened instance its panes come first; the views of the same name have their digits.
  private static func words(panes: Bool) -> [(word: String, meaning: CommandWord)] {
    var words: [(String, CommandWord)] = []
    if panes { words += Pane.allCases.map { ($0.title.string, .pane($0)) } }
    words += ViewKind.allCases.map { ($0.title.string, .view($0)) }
    for verb in VerbKind.allCases { words += verb.words.map { ($0, .verb(verb)) } }
    words += [("filter", .filter("")), ("utc", .timeZone(.utc)), ("local", .timeZone(.local)), ("help", .help)]
    words += [("quit", .quit)]
    var seen: Set<String> = []
    return words.filter { seen.insert($0.0).inserted }
  }
}

extension String {
  /// The text without spaces at its ends.
  var trimmingSpaces: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
