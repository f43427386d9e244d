import Yams

/// One theme file as it was written, before inheritance and before a terminal's depth is known.
///
/// ```yaml
/// inherits: terminal            # optional: another theme by name
/// palette: {sky: "#87afff"}     # names for colours
/// styles:                       # scope: [modifiers] [colour] [on colour]
///   state.failed: bold red
///   selection: on 237
/// 16:                           # the same two, for terminals of 16 colours or fewer; also 8 and mono
///   styles: {selection: reverse}
/// ```
package struct ThemeDocument: Sendable {
  /// A part that holds for terminals of up to so many colours.
  struct Layer: Sendable {
    var palette: [String: ThemeColour] = [:]
    var styles: [String: StyleExpression] = [:]
  }

  package let file: String
  /// The theme that stands below this one.
  package let inherits: String?
  /// From the widest to the narrowest depth; the first holds for all.
  let layers: [(depth: ColourDepth, layer: Layer)]

  private static let sections: [(key: String, depth: ColourDepth)] = [
    ("16", .sixteen), ("8", .eight), ("mono", .mono),
  ]

  /// Reads one theme; `file` is used in errors only.
  package init(yaml: String, file: String) throws(ThemeError) {
    let reader = ThemeReader(yaml: yaml, file: file)
    let root = try reader.root()
    var inherits: String?
    var base = Layer()
    var narrower: [ColourDepth: Layer] = [:]
    for (key, value) in root {
      switch try reader.text(key, what: "a key") {
      case "inherits": inherits = try reader.text(value, what: "the theme after `inherits`")
      case "palette": base.palette = try reader.palette(value)
      case "styles": base.styles = try reader.styles(value)
      case let name:
        guard let section = ThemeDocument.sections.first(where: { $0.key == name }) else {
          throw reader.error(
            at: key, "unknown key `\(name)`: a theme has `inherits`, `palette`, `styles`, `16`, `8` and `mono`")
        }
        narrower[section.depth] = try reader.layer(value)
      }
    }
    self.file = file
    self.inherits = inherits
    layers =
      [(.indexed256, base)]
      + ThemeDocument.sections.compactMap { section in narrower[section.depth].map { (section.depth, $0) } }
  }
}

/// A style as it was written: words that the palette gives a meaning to.
struct StyleExpression: Sendable {
  var foreground: String?
  var background: String?
  var modifiers: StyleModifiers = []
  var file: String
  var line: Int
}
