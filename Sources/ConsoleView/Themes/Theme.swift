/// The look of the console: styles by scope, from one theme file and those it inherits from.
package struct Theme: Sendable {
  /// From the file that was asked for to the one at the bottom.
  private let documents: [ThemeDocument]

  /// How many files may inherit from each other.
  package static let inheritanceLimit = 8

  /// Puts a theme and those below it together.
  ///
  /// - Parameters:
  ///   - document: the theme that was asked for.
  ///   - find: reads the theme of a name; is called for `inherits` only.
  package init(
    _ document: ThemeDocument, find: (_ name: String) throws(ThemeError) -> ThemeDocument
  ) throws(ThemeError) {
    var chain = [document]
    var names: [String] = []
    while let parent = chain[chain.count - 1].inherits {
      guard !names.contains(parent), chain.count < Theme.inheritanceLimit else {
        throw ThemeError(file: document.file, message: "inherits from itself through `\(parent)`")
      }
      names.append(parent)
      chain.append(try find(parent))
    }
    documents = chain
    // Every depth is tried, so that a wrong word is found where the theme is read and not where it is shown.
    for depth in ColourDepth.allCases { _ = try table(for: depth) }
  }

  /// The styles for a terminal of the given depth.
  package func resolved(for depth: ColourDepth) -> ResolvedTheme {
    // What can be wrong was found by the initialiser.
    guard let table = try? table(for: depth) else { return ResolvedTheme(depth: depth, styles: [:]) }
    return ResolvedTheme(depth: depth, styles: table)
  }

  /// Styles by scope: what stands higher wins, a narrower depth wins over a wider one within a file.
  private func table(for depth: ColourDepth) throws(ThemeError) -> [String: StyleWish] {
    var palette: [String: ThemeColour] = [:]
    var styles: [String: StyleExpression] = [:]
    for document in documents.reversed() {
      for (limit, layer) in document.layers where depth <= limit {
        palette.merge(layer.palette) { _, new in new }
        styles.merge(layer.styles) { _, new in new }
      }
    }
    var table: [String: StyleWish] = [:]
    for (scope, expression) in styles.sorted(by: { $0.key < $1.key }) {
      table[scope] = StyleWish(
        foreground: try colour(expression.foreground, palette, expression)?.resolved(for: depth),
        background: try colour(expression.background, palette, expression)?.resolved(for: depth),
        modifiers: expression.modifiers)
    }
    return table
  }

  private func colour(
    _ word: String?, _ palette: [String: ThemeColour], _ expression: StyleExpression
  ) throws(ThemeError) -> ThemeColour? {
    guard let word else { return nil }
    if let colour = palette[word] ?? ThemeColour(word) { return colour }
    throw ThemeError(
      file: expression.file, line: expression.line, message: "`\(word)` is neither a colour nor in the palette")
  }
}

/// What a scope asks for; the rest comes from `text`.
struct StyleWish: Hashable, Sendable {
  var foreground: TerminalColour?
  var background: TerminalColour?
  var modifiers: StyleModifiers = []
}
