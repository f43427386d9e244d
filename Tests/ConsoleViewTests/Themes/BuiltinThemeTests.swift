import Glibc
import Testing

@testable import ConsoleView

@Suite("Built-in themes")
struct BuiltinThemeTests {
  @Test("every theme of the folder is built in and can be read", arguments: ["dark", "mono", "terminal"])
  func readable(name: String) throws {
    #expect(BuiltinThemes.names.contains(name))
    _ = try BuiltinThemes.theme(name)
  }

  @Test("an unknown theme names those that exist")
  func unknown() throws {
    let error = #expect(throws: ThemeError.self) { try BuiltinThemes.theme("nope") }
    #expect(try #require(error).message.contains("dark, mono, terminal"))
  }

  @Test(
    "without colours no theme uses any, and the cursor row and failures still stand out", arguments: BuiltinThemes.names
  )
  func mono(name: String) throws {
    let theme = try BuiltinThemes.theme(name).resolved(for: .mono)
    for role in StyleRole.allCases {
      #expect(theme[role].foreground == .terminalDefault && theme[role].background == .terminalDefault)
    }
    #expect(theme.style(of: .tableRow, flags: .selected) != theme[.tableRow])
    #expect(theme[.stateFailed] != theme[.stateRunning])
    #expect(theme[.planDanger] != theme[.planSafe])
    #expect(theme[.tableMarked] != theme[.tableRow])
  }

  @Test("the mono theme uses no colour on any terminal", arguments: ColourDepth.allCases)
  func monoTheme(depth: ColourDepth) throws {
    let theme = try BuiltinThemes.theme("mono").resolved(for: depth)
    for role in StyleRole.allCases {
      #expect(theme[role].foreground == .terminalDefault && theme[role].background == .terminalDefault)
    }
  }

  @Test("the dark theme can be read: text at 4.5 to 1 or better, lines at 3 to 1", arguments: StyleRole.allCases)
  func contrast(role: StyleRole) throws {
    let theme = try BuiltinThemes.theme("dark").resolved(for: .indexed256)
    let needed = BuiltinThemeTests.lines.contains(role) ? 3.0 : 4.5
    for flags in [CellFlags(), .selected] {
      let style = theme.style(of: role, flags: flags)
      // A reversed mark is not read against the cursor row.
      if BuiltinThemeTests.lines.contains(role) && flags == .selected { continue }
      if role == .searchMatch || role == .bannerWarning || role == .bannerError, flags == .selected { continue }
      let ratio = try contrastRatio(style)
      #expect(ratio >= needed, "\(role.name) \(flags.contains(.selected) ? "selected " : "")has \(ratio)")
    }
  }

  /// What is a shape and not read letter by letter, or is off.
  private static let lines: Set<StyleRole> = [
    .border, .borderFocused, .graphEdge, .graphEdgeBack, .gaugeEmpty, .gaugeFilled, .sparkline, .timelineWait,
    .timelineBar, .keyDisabled,
  ]

  /// WCAG 2.2, "contrast ratio".
  private func contrastRatio(_ style: CellStyle) throws -> Double {
    let front = try luminance(style.foreground)
    let back = try luminance(style.background)
    return (max(front, back) + 0.05) / (min(front, back) + 0.05)
  }

  private func luminance(_ colour: TerminalColour) throws -> Double {
    let components = XtermPalette.components(of: try #require(UInt8(exactly: colour.index)))
    func linear(_ value: Int) -> Double {
      let part = Double(value) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(components.red) + 0.7152 * linear(components.green) + 0.0722 * linear(components.blue)
  }
}
