/// The entries of a mapping under known keys; everything else in it is a mistake.
struct Fields {
  let place: Place
  /// What the mapping is, for a sentence: "the node `reserve`".
  let subject: String
  let entries: [SourceEntry]

  /// Takes a mapping apart; nil when it is none.
  init?(_ node: SourceNode, of subject: String, _ findings: Findings, example: String? = nil) {
    guard case .mapping(let entries) = node.content else {
      let hint = example.map { "Write it as \($0)." }
      findings.add(node.place, "\(subject) must be named values, and this is \(node.kindName)", hint: hint)
      return nil
    }
    place = node.place
    self.subject = subject
    self.entries = entries
  }

  subscript(key: String) -> SourceNode? { entries.first { $0.key == key }?.value }

  func keyPlace(_ key: String) -> Place { entries.first { $0.key == key }?.keyPlace ?? place }

  /// Notes every key that is not among the known ones.
  func refuseKeys(
    besides known: [String], _ findings: Findings,
    misplaced: (String) -> (sentence: String, hint: String?)? = { _ in nil }
  ) {
    for entry in entries where !known.contains(entry.key) {
      if entry.key.first == "=" || entry.key.first == "\"" {
        findings.add(
          entry.keyPlace, "\(subject) has the key \(entry.key.ticked), which looks like a piece of an expression",
          hint: "Quote the expression: '=…'.")
      } else if let (sentence, hint) = misplaced(entry.key) {
        findings.add(entry.keyPlace, sentence, hint: hint)
      } else {
        findings.add(
          entry.keyPlace, "\(subject) has no key \(entry.key.ticked)",
          hint: suggestion(for: entry.key, among: known)
            ?? "Its keys are \(known.map(\.ticked).joined(separator: ", ")).")
      }
    }
  }
}
