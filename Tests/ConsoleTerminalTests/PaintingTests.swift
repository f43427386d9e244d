import ConsoleCore
import ConsoleTerminal
import ConsoleTestKit
import ConsoleView
import Testing

/// ncurses keeps its state in global variables: one screen at a time.
@Suite("The terminal within a test", .serialized)
struct InProcessTerminalTests {}

extension InProcessTerminalTests {
  @Suite("Painting")
  struct PaintingTests {
    private func frame(_ lines: SafeText..., width: Int = 20, height: Int = 4, role: StyleRole = .text) -> Frame {
      var frame = Frame(width: width, height: height)
      for (y, line) in lines.enumerated() { frame.write(line, x: 0, y: y, role: role) }
      return frame
    }

    private func open(_ terminal: PipeTerminal, theme: String = "dark") throws -> TerminalScreen {
      try TerminalScreen(terminal.configuration, theme: BuiltinThemes.theme(theme))
    }

    @Test("a frame appears as it is in memory, with wide characters and combining marks")
    func text() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      screen.paint(frame("┌─ orders ─┐", "漢字 e\u{301} 🚀 x", SafeText(untrusted: "Zürich")))
      terminal.show()
      #expect(terminal.screen.text == "┌─ orders ─┐\n漢字 e\u{301} 🚀 x\nZürich")
      #expect(terminal.screen.isAlternate)
      #expect(!terminal.screen.showsCursor)
    }

    @Test("the last cell of the screen is painted, too")
    func corner() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      var full = Frame(width: 20, height: 4)
      full.fill(full.area, with: Cell("x"))
      screen.paint(full)
      terminal.show()
      #expect(terminal.screen.cell(x: 19, y: 3).text == "x")
      #expect(terminal.screen.cell(x: 0, y: 0).text == "x")
    }

    @Test("a combining mark in the last column does not fall onto the next row")
    func markInTheCorner() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      var picture = Frame(width: 20, height: 4)
      picture.write(SafeText(untrusted: "e\u{301}"), x: 19, y: 0)
      screen.paint(picture)
      terminal.show()
      #expect(terminal.screen.cell(x: 19, y: 0).text == "e")
      #expect(terminal.screen.row(1).isEmpty)
    }

    @Test("colours and weight come from the theme")
    func colours() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      #expect(screen.depth == .indexed256)
      screen.paint(frame("failed", role: .stateFailed))
      terminal.show()
      let cell = terminal.screen.cell(x: 0, y: 0)
      #expect(cell.foreground == .indexed(210) && cell.background == .indexed(234) && cell.isBold)
      #expect(terminal.screen.cell(x: 10, y: 2).background == .indexed(234))
    }

    @Test("a terminal of eight colours gets the nearest ones")
    func eightColours() throws {
      let terminal = PipeTerminal(type: "linux", width: 20, height: 4)
      let screen = try open(terminal, theme: "terminal")
      defer { screen.close() }
      #expect(screen.depth == .eight)
      screen.paint(frame("failed", role: .stateFailed))
      terminal.show()
      #expect(terminal.screen.cell(x: 0, y: 0).foreground == .indexed(1))
    }

    @Test("where the user wants no colours there are none, and failures are still marked")
    func noColour() throws {
      let terminal = PipeTerminal(width: 20, height: 4, isColourless: true)
      let screen = try open(terminal)
      defer { screen.close() }
      #expect(screen.depth == .mono)
      screen.paint(frame("failed", role: .stateFailed))
      terminal.show()
      let cell = terminal.screen.cell(x: 0, y: 0)
      #expect(cell.foreground == .terminalDefault && cell.background == .terminalDefault)
      #expect(cell.isBold && cell.isUnderlined)
    }

    @Test("without UTF-8 everything is ASCII and stays in its column", arguments: ["xterm-256color", "vt100"])
    func ascii(type: String) throws {
      let terminal = PipeTerminal(type: type, width: 20, height: 4, isUTF8: false)
      let screen = try open(terminal)
      defer { screen.close() }
      screen.paint(frame("┌─┐ ● ✗ …", "漢字|", SafeText(untrusted: "Zürich e\u{301}|")))
      let bytes = terminal.show()
      #expect(bytes.allSatisfy { $0 < 0x80 })
      #expect(terminal.screen.text == "+-+ * x ~\n????|\nZurich e|")
    }

    @Test(
      "every kind of terminal that Debian knows shows the picture",
      arguments: ["xterm", "tmux", "screen", "linux", "vt100"])
    func kinds(type: String) throws {
      let terminal = PipeTerminal(type: type, width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      screen.paint(frame("┌─ orders ─┐", "● running", role: .stateRunning))
      terminal.show()
      #expect(terminal.screen.text == "┌─ orders ─┐\n● running")
    }

    @Test("an unchanged frame writes nothing, one changed cell less than 64 bytes")
    func difference() throws {
      let terminal = PipeTerminal(width: 80, height: 24)
      let screen = try open(terminal)
      defer { screen.close() }
      var picture = Frame(width: 80, height: 24)
      for y in 0..<24 { picture.write("row \(y) of a table with some text in it", x: 0, y: y, role: .tableRow) }
      screen.paint(picture)
      #expect(terminal.show().count < 6_000)
      screen.paint(picture)
      #expect(terminal.show().isEmpty)
      picture.write("X", x: 40, y: 12, role: .stateFailed)
      screen.paint(picture)
      let change = terminal.show()
      #expect(!change.isEmpty && change.count < 64)
      #expect(terminal.screen.cell(x: 40, y: 12).text == "X")
    }

    @Test("a list that scrolls by one line writes little")
    func scrolling() throws {
      let terminal = PipeTerminal(width: 80, height: 24)
      let screen = try open(terminal)
      defer { screen.close() }
      func list(from first: Int) -> Frame {
        var frame = Frame(width: 80, height: 24)
        for y in 0..<24 { frame.write("order-\(first + y) stands at node \((first + y) * 37)", x: 0, y: y) }
        return frame
      }
      screen.paint(list(from: 100))
      terminal.show()
      screen.paint(list(from: 101))
      #expect(terminal.show().count < 300)
      #expect(terminal.screen.row(23) == "order-124 stands at node \(124 * 37)")
    }

    @Test("any sequence of frames ends in the same picture as the last one alone", arguments: 1...8)
    func sequence(seed: UInt64) throws {
      let terminal = PipeTerminal(width: 21, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      var state = seed &* 0x9E37_79B9_7F4A_7C15
      func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
      }
      let pieces: [SafeText] = ["a", "漢字", "e\u{301}x", "🚀", "──", "   ", "long text here"]
      var picture = Frame(width: 20, height: 4)
      for _ in 0..<60 {
        picture.write(pieces[next(pieces.count)], x: next(22) - 2, y: next(4), role: StyleRole.allCases[next(20)])
        screen.paint(picture)
        terminal.show()
        for y in 0..<4 { try #require(terminal.screen.row(y) == picture.text(row: y)) }
      }
    }

    @Test("a new theme repaints what is shown")
    func theme() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      let picture = frame("failed", role: .stateFailed)
      screen.paint(picture)
      screen.use(try BuiltinThemes.theme("terminal"))
      screen.paint(picture)
      terminal.show()
      #expect(terminal.screen.cell(x: 0, y: 0).foreground == .indexed(1))
      #expect(terminal.screen.cell(x: 0, y: 0).background == .terminalDefault)
    }

    @Test("a smaller terminal shows what fits, a larger one everything")
    func resizing() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      screen.paint(frame("0123456789abcdefghij", "漢字漢字漢字漢字漢字"))
      terminal.show()
      terminal.screen.resize(width: 9, height: 2)
      let smaller = screen.resize(width: 9, height: 2)
      #expect(smaller?.width == 9)
      screen.paint(frame("0123456789abcdefghij", "漢字漢字漢字漢字漢字"))
      terminal.show()
      #expect(terminal.screen.text == "012345678\n漢字漢字")
      terminal.screen.resize(width: 30, height: 5)
      #expect(screen.resize(width: 30, height: 5) != nil)
      #expect(screen.resize(width: 30, height: 5) == nil)
      screen.paint(frame("0123456789abcdefghijklmnopqrst", width: 30, height: 5))
      terminal.show()
      #expect(terminal.screen.row(0) == "0123456789abcdefghijklmnopqrst")
    }

    @Test("the cursor is shown where the frame wants it")
    func cursor() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      defer { screen.close() }
      var picture = frame("/state:failed")
      picture.cursor = Frame.Position(x: 13, y: 0)
      screen.paint(picture)
      terminal.show()
      #expect(terminal.screen.showsCursor)
      #expect(terminal.screen.cursor == (13, 0))
      picture.cursor = nil
      screen.paint(picture)
      terminal.show()
      #expect(!terminal.screen.showsCursor)
    }

    @Test("closing leaves the alternate screen, shows the cursor and switches pasting off, in this order")
    func closing() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      screen.paint(frame("x"))
      #expect(contains(terminal.show(), "\u{1B}[?2004h"))
      screen.close()
      let bytes = terminal.show()
      #expect(!terminal.screen.isAlternate && terminal.screen.showsCursor)
      let leaves = try #require(position(of: "\u{1B}[?1049l", in: bytes))
      let pastes = try #require(position(of: "\u{1B}[?2004l", in: bytes))
      #expect(leaves < pastes)
    }

    @Test("clipboard text goes out encoded, and not to a terminal that would show it")
    func clipboard() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let screen = try open(terminal)
      #expect(screen.copy("foobar"))
      #expect(contains(terminal.show(), "\u{1B}]52;c;Zm9vYmFy\u{07}"))
      #expect(!screen.copy(String(repeating: "x", count: TerminalScreen.clipboardLimit + 1)))
      screen.close()
      let old = PipeTerminal(type: "linux", width: 20, height: 4)
      let oldScreen = try open(old)
      #expect(!oldScreen.copy("foobar"))
      oldScreen.close()
    }

    @Test("a terminal that is unknown or too simple is an error that names it")
    func unknownTypes() throws {
      func error(type: String?) -> TerminalError? {
        let terminal = PipeTerminal()
        defer { terminal.hangUp() }
        var configuration = terminal.configuration
        configuration.type = type
        do throws(TerminalError) {
          let theme = try? BuiltinThemes.theme("mono")
          guard let theme else { return nil }
          try TerminalScreen(configuration, theme: theme).close()
          return nil
        } catch {
          return error
        }
      }
      #expect(error(type: "no-such\u{1B}[2J") == .typeUnknown("no-such\u{1B}[2J"))
      #expect(TerminalError.typeUnknown("no-such\u{1B}[2J").description.contains("no-such␛[2J"))
      #expect(error(type: "dumb") == .typeTooSimple("dumb"))
      #expect(error(type: nil) == .typeMissing)
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { position(of: text, in: bytes) != nil }

    private func position(of text: String, in bytes: [UInt8]) -> Int? {
      bytes.firstRange(of: Array(text.utf8))?.lowerBound
    }
  }
}
