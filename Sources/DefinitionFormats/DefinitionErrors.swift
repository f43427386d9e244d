/// One mistake in the text of a definition, with its place.
public struct DefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file as the caller named it.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in Unicode scalars, counted from 1.
  public let column: Int
  /// What is wrong, without a full stop at the end.
  public let sentence: String
  /// What to write instead: a sentence with its full stop or question mark.
  public let hint: String?

  /// Describes a mistake.
  public init(file: String, line: Int, column: Int, sentence: String, hint: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.sentence = sentence
    self.hint = hint
  }

  /// `order.yaml:12: the fork `both` has a single branch. It needs two or more; `next` leads to one.`
  public var description: String {
    "\(file):\(line): \(sentence)." + (hint.map { " " + $0 } ?? "")
  }
}

/// Everything that is wrong with the text of a definition, in the order of the lines.
public struct DefinitionErrors: Error, Sendable, Hashable, CustomStringConvertible {
  /// The most mistakes that are told at once.
  public static let limit = 50

  /// The mistakes, at least one and at most `limit`.
  public let errors: [DefinitionError]
  /// How many more there are.
  public let omitted: Int

  /// Puts mistakes into the order of their places and keeps the first of them.
  public init(_ errors: [DefinitionError]) {
    let sorted = errors.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
    }
    self.errors = sorted.prefix(Self.limit).map(\.element)
    omitted = max(0, errors.count - Self.limit)
  }

  /// One mistake a line.
  public var description: String {
    let lines = errors.map(\.description) + (omitted > 0 ? ["… and \(omitted) more."] : [])
    return lines.joined(separator: "\n")
  }
}
