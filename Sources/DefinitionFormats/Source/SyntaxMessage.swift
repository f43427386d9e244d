import Yams

/// What YAML's own parser complains about, in words for people who write definitions.
struct SyntaxMessage {
  let place: Place
  let sentence: String
  let hint: String?

  init(_ error: YamlError, in text: SourceText) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      place = text.clamped(Place(mark))
      (sentence, hint) = Self.explain(problem, at: place, since: context?.mark.line, in: text)
    case .reader(let problem, let offset, let value, _):
      place = Self.place(of: offset ?? 0, in: text.source)
      if value >= 0 {
        sentence = "the character U+\(String(value, radix: 16, uppercase: true)) cannot stand in YAML"
      } else {
        sentence = "the file cannot be read as text: \(problem.excerpt)"
      }
      hint = nil
    case .memory:
      place = Place(line: 1, column: 1)
      sentence = "lists and mappings lie too deep inside each other"
      hint = nil
    case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
      place = Place(line: 1, column: 1)
      sentence = "the file is not YAML"
      hint = nil
    }
  }

  private static func explain(
    _ problem: String, at place: Place, since line: Int?, in text: SourceText
  ) -> (String, String?) {
    let beginning = line.map { " on line \($0)" } ?? ""
    if text.indentsWithTab(place.line) {
      return ("a tab indents this line", "YAML wants spaces.")
    }
    let hint = text.line(place.line).contains("=") ? "If this is an expression, quote it: '=…'." : nil
    switch problem {
    case "mapping values are not allowed in this context":
      return ("YAML does not expect `: ` here", hint ?? "Check the indentation, or quote the text.")
    case "did not find expected ',' or ']'":
      return ("the list that `[` began\(beginning) is not closed", hint ?? "Add `]` or a comma.")
    case "did not find expected ',' or '}'":
      return ("the mapping that `{` began\(beginning) is not closed", hint ?? "Add `}` or a comma.")
    case "could not find expected ':'":
      return ("YAML expects `: ` behind this key", hint)
    case "did not find expected key", "did not find expected '-' indicator":
      return ("this line does not fit to the ones above it", hint ?? "Check its indentation.")
    case "found unexpected end of stream", "found unexpected document indicator":
      return ("the quotes that were opened\(beginning) are not closed", "Close them.")
    case "found character that cannot start any token":
      return ("YAML does not allow this character at the beginning of a value", "Quote the value.")
    case "found undefined alias":
      return ("`*` begins an alias, and definitions have none", "Quote the value, or write it out.")
    default:
      return ("this is not YAML: \(problem.excerpt)", hint)
    }
  }

  private static func place(of offset: Int, in source: String) -> Place {
    var place = Place(line: 1, column: 1)
    for character in source.prefix(offset) {
      if character.isNewline {
        place.line += 1
        place.column = 1
      } else {
        place.column += character.unicodeScalars.count
      }
    }
    return place
  }
}
