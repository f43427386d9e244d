import Testing

@testable import ConsoleView

@Suite("Themes")
struct ThemeTests {
  private func theme(_ yaml: String, parents: [String: String] = [:]) throws -> Theme {
    try Theme(ThemeDocument(yaml: yaml, file: "test.yaml")) { name throws(ThemeError) in
      guard let parent = parents[name] else { throw ThemeError(file: "test.yaml", message: "no theme \(name)") }
      return try ThemeDocument(yaml: parent, file: "\(name).yaml")
    }
  }

  @Test("the longest scope wins, and `text` stands below all")
  func prefixes() throws {
    let resolved = try theme(
      """
      styles:
        text: 250 on 234
        state: cyan
        state.failed: bold red on black
      """
    ).resolved(for: .indexed256)
    #expect(
      resolved[.stateFailed] == CellStyle(foreground: .init(index: 1), background: .init(index: 0), modifiers: .bold))
    #expect(resolved[.stateRunning] == CellStyle(foreground: .init(index: 6), background: .init(index: 234)))
    #expect(resolved[.graphEdge] == CellStyle(foreground: .init(index: 250), background: .init(index: 234)))
  }

  @Test("the palette gives names to colours, also to those of the theme below")
  func inheritance() throws {
    let resolved = try theme(
      """
      inherits: base
      palette: {loud: "#ff0000"}
      styles: {header: underline}
      """,
      parents: ["base": "palette: {loud: blue}\nstyles: {error: loud, header: bold}"]
    ).resolved(for: .indexed256)
    #expect(resolved[.error].foreground == TerminalColour(index: 196))
    #expect(resolved[.header].modifiers == .underline)
  }

  @Test("a section for a depth holds for it and for all that have fewer colours")
  func depths() throws {
    let theme = try theme(
      """
      styles: {header: 33, footer: red}
      16: {styles: {header: bold blue}}
      mono: {styles: {footer: reverse}}
      """)
    #expect(theme.resolved(for: .indexed256)[.header] == CellStyle(foreground: .init(index: 33)))
    #expect(theme.resolved(for: .sixteen)[.header] == CellStyle(foreground: .init(index: 4), modifiers: .bold))
    #expect(theme.resolved(for: .eight)[.header] == CellStyle(foreground: .init(index: 4), modifiers: .bold))
    #expect(theme.resolved(for: .mono)[.header] == CellStyle(modifiers: .bold))
    #expect(theme.resolved(for: .sixteen)[.footer] == CellStyle(foreground: .init(index: 1)))
    #expect(theme.resolved(for: .mono)[.footer] == CellStyle(modifiers: .reverse))
  }

  @Test("the selection keeps the colour of what it lies on")
  func selection() throws {
    let resolved = try theme("styles: {state.failed: red, selection: bold on 237}").resolved(for: .indexed256)
    let style = resolved.style(of: .stateFailed, flags: [.selected, .underlined])
    #expect(style.foreground == TerminalColour(index: 1))
    #expect(style.background == TerminalColour(index: 237))
    #expect(style.modifiers == [.bold, .underline])
  }

  @Test("without a style of its own the selection is reversed")
  func selectionFallback() throws {
    let resolved = try theme("styles: {text: default}").resolved(for: .mono)
    #expect(resolved.style(of: .tableRow, flags: .selected).modifiers == .reverse)
  }

  @Test(
    "colours become the nearest that the terminal has",
    arguments: [
      ("#ff0000", 196, 9, 1), ("#000000", 16, 0, 0), ("#1c1c1c", 234, 0, 0), ("196", 196, 9, 1),
      ("bright-red", 9, 9, 1),
      ("red", 1, 1, 1), ("#ffffff", 231, 15, 7), ("default", -1, -1, -1),
    ])
  func conversion(text: String, in256: Int16, in16: Int16, in8: Int16) throws {
    let colour = try #require(ThemeColour(text))
    #expect(colour.resolved(for: .indexed256).index == in256)
    #expect(colour.resolved(for: .sixteen).index == in16)
    #expect(colour.resolved(for: .eight).index == in8)
    #expect(colour.resolved(for: .mono) == .terminalDefault)
  }

  @Test(
    "a mistake is named with its file and line",
    arguments: [
      ("styles:\n  text: default\n  stat.failed: red", 3, "stat.failed"), ("styles: {text: purplish}", 1, "purplish"),
      ("colours: {}", 1, "colours"), ("palette:\n  x: \"#12\"", 2, "#12"),
      ("styles:\n  text: bold #ff0000", 2, "quote"),
      ("styles:\n  text: #ff0000", 2, "quoted"), ("styles:\n  text: red on", 2, "follow"),
      ("styles:\n  text: red blue", 2, "blue"), ("styles:\n  text: red\n  text: blue", 1, "twice"),
      ("styles: [red]", 1, "key: value"), ("styles:\n  text: [", 3, ""), ("palette:\n  bold: red", 2, "bold"),
      ("mono:\n  colours: x", 2, "colours"), ("palette: {a: 256}", 1, "256"),
    ])
  func mistakes(yaml: String, line: Int, word: String) {
    do {
      _ = try theme(yaml)
      Issue.record("this was taken for a theme: \(yaml)")
    } catch let error as ThemeError {
      #expect(error.file == "test.yaml")
      #expect(error.line == line || word == "twice")
      #expect(word.isEmpty || error.message.contains(word), "\(error)")
    } catch {
      Issue.record("unexpected: \(error)")
    }
  }

  @Test("a comment that is no colour is a comment")
  func comments() throws {
    _ = try theme("styles:\n  text: red # as loud as #ff0000\n  header: bold # abc")
  }

  @Test("an empty file and a theme that inherits from itself are errors")
  func cycles() {
    #expect(throws: ThemeError.self) { try theme("") }
    #expect(throws: ThemeError.self) { try theme("inherits: a", parents: ["a": "inherits: b", "b": "inherits: a"]) }
    #expect(throws: ThemeError.self) { try theme("inherits: nowhere") }
  }
}
