import EngineCore

/// Collects what is wrong while a text is read, so that nobody has to mend mistakes one by one.
final class Findings {
  private let file: String
  private var found: [DefinitionError] = []

  init(file: String) { self.file = file }

  var isEmpty: Bool { found.isEmpty }

  var count: Int { found.count }

  var errors: DefinitionErrors { DefinitionErrors(found) }

  /// Notes a mistake; the same sentence at the same place is noted once.
  func add(_ place: Place, _ sentence: String, hint: String? = nil) {
    let error = DefinitionError(
      file: file, line: max(1, place.line), column: max(1, place.column), sentence: sentence, hint: hint)
    // Texts of hostile length would make this search slow; what lies far beyond the limit is only counted.
    if found.count < DefinitionErrors.limit, found.contains(error) { return }
    found.append(error)
  }
}

/// `Did you mean …?`, when one of the candidates is near enough.
func suggestion(for word: String, among candidates: [String]) -> String? {
  Spelling.nearest(to: word, in: candidates).map { "Did you mean \($0.ticked)?" }
}
