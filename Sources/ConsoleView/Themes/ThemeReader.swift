import Yams

/// Takes a theme's YAML apart and says file and line of what is wrong with it.
struct ThemeReader {
  let yaml: String
  let file: String

  func error(at node: Node? = nil, _ message: String) -> ThemeError {
    ThemeError(file: file, line: node?.mark?.line, message: message)
  }

  func root() throws(ThemeError) -> Node.Mapping {
    let node: Node?
    do {
      // The basic resolver leaves every scalar a text, and does without regular expressions at every start.
      node = try Yams.compose(yaml: yaml, .basic)
    } catch let problem as YamlError {
      throw describe(problem)
    } catch {
      throw self.error("cannot be read: \(error)")
    }
    guard let node else { throw error("the file is empty") }
    return try mapping(node, what: "a theme")
  }

  func text(_ node: Node, what: String) throws(ThemeError) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw error(at: node, "\(what) must be a word; a colour that begins with # must be quoted")
    }
    return scalar.string
  }

  func layer(_ node: Node) throws(ThemeError) -> ThemeDocument.Layer {
    var layer = ThemeDocument.Layer()
    for (key, value) in try mapping(node, what: "a depth") {
      switch try text(key, what: "a key") {
      case "palette": layer.palette = try palette(value)
      case "styles": layer.styles = try styles(value)
      case let name: throw error(at: key, "unknown key `\(name)`: a depth has `palette` and `styles`")
      }
    }
    return layer
  }

  func palette(_ node: Node) throws(ThemeError) -> [String: ThemeColour] {
    var palette: [String: ThemeColour] = [:]
    for (key, value) in try mapping(node, what: "`palette`") {
      let name = try text(key, what: "a name of the palette")
      let written = try text(value, what: "the colour `\(name)`")
      guard let colour = ThemeColour(written) else {
        throw error(
          at: value, "`\(written)` is no colour: default, an ANSI name such as bright-red, 0 to 255 or \"#rrggbb\"")
      }
      if StyleModifiers.names.contains(where: { $0.name == name }) || name == "on" || name == "default" {
        throw error(at: key, "`\(name)` has a meaning of its own and cannot name a colour")
      }
      palette[name] = colour
    }
    return palette
  }

  func styles(_ node: Node) throws(ThemeError) -> [String: StyleExpression] {
    var styles: [String: StyleExpression] = [:]
    for (key, value) in try mapping(node, what: "`styles`") {
      let scope = try text(key, what: "a scope")
      guard StyleRole.isScope(scope) else {
        throw error(at: key, "no part of the console is called `\(scope)`")
      }
      styles[scope] = try expression(value, scope: scope)
    }
    return styles
  }

  private func expression(_ node: Node, scope: String) throws(ThemeError) -> StyleExpression {
    let written = try text(node, what: "the style of `\(scope)`")
    var expression = StyleExpression(file: file, line: node.mark?.line ?? 0)
    try refuseLostColour(node)
    var expectsBackground = false
    for word in written.split(separator: " ").map(String.init) {
      if expectsBackground {
        expression.background = word
        expectsBackground = false
      } else if word == "on" {
        expectsBackground = true
      } else if let modifier = StyleModifiers.names.first(where: { $0.name == word }) {
        expression.modifiers.insert(modifier.modifier)
      } else if expression.foreground == nil {
        expression.foreground = word
      } else {
        throw error(at: node, "`\(word)`: a style has one colour, and one more after `on`")
      }
    }
    if expectsBackground { throw error(at: node, "a colour must follow `on`") }
    return expression
  }

  /// YAML takes ` #ff0000` for a comment: the colour would be lost without a word.
  private func refuseLostColour(_ node: Node) throws(ThemeError) {
    guard let line = node.mark?.line, case .scalar(let scalar) = node, scalar.style == .plain else { return }
    let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return }
    let comment = lines[line - 1].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
      .first
    guard let word = comment?.prefix(while: { $0 != " " }), word.utf8.count == 6, UInt32(word, radix: 16) != nil else {
      return
    }
    throw error(at: node, "#\(word) is a comment to YAML: quote the style, or name the colour in `palette`")
  }

  private func mapping(_ node: Node, what: String) throws(ThemeError) -> Node.Mapping {
    guard case .mapping(let mapping) = node else { throw error(at: node, "\(what) must hold `key: value` lines") }
    return mapping
  }

  private func describe(_ problem: YamlError) -> ThemeError {
    switch problem {
    case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
      ThemeError(file: file, line: mark.line, message: text)
    case .duplicatedKeysInMapping(let duplicates, let context):
      ThemeError(
        file: file, line: context.mark.line,
        message: "given twice: \(duplicates.sorted().joined(separator: ", "))")
    case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      ThemeError(file: file, message: "cannot be read as YAML")
    @unknown default:
      ThemeError(file: file, message: "cannot be read as YAML")
    }
  }
}
