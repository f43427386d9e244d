import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("Going about")
struct GoingTests {
  private func path(_ console: ConsoleDriver) -> [String] {
    console.model.path.map { screen in
      switch screen {
      case .list(let kind): kind.title.string
      case .instance(let view): "\(view.id) \(view.pane.title)"
      }
    }
  }

  @Test("a digit opens a view above the home, and q comes back before it quits")
  func digits() {
    var console = ConsoleDriver()
    console.press("3")
    #expect(path(console) == ["instances", "timers"])
    console.press("8")
    #expect(path(console) == ["instances", "audit"])
    console.press("q")
    #expect(path(console) == ["instances"])
    #expect(!console.effects.contains(.quit))
    console.press("q")
    #expect(console.effects.last == .quit)
  }

  @Test("leaving a console with the engine inside takes a second q")
  func quitWithEngine() {
    var console = ConsoleDriver(role: .engine)
    console.press("q")
    #expect(!console.effects.contains(.quit))
    #expect(console.model.notice?.text.string.contains("the engine stops with this console") == true)
    console.press("j", "q")
    #expect(!console.effects.contains(.quit))
    console.press("q")
    #expect(console.effects.last == .quit)
  }

  @Test("minus goes back and forth between two views")
  func lastView() {
    var console = ConsoleDriver()
    console.press("2", "-")
    #expect(path(console) == ["instances"])
    console.press("-")
    #expect(path(console) == ["instances", "incidents"])
  }

  @Test("Esc at home does nothing")
  func home() {
    var console = ConsoleDriver()
    console.press("esc", "esc")
    #expect(path(console) == ["instances"])
    #expect(!console.effects.contains(.quit))
  }

  @Test(
    "Enter opens the instance with the pane that explains the row",
    arguments: [
      ("1", "17 why"), ("2", "17 why"), ("3", "15 timers"), ("4", "14 compensation"), ("5", "15 tokens"),
      ("8", "17 commands"),
    ])
  func opening(view: String, expected: String) {
    var console = ConsoleDriver()
    console.press(view, "enter")
    #expect(path(console).last == expected)
    console.press("esc")
    #expect(path(console).count == (view == "1" ? 1 : 2))
  }

  @Test("an instance without trouble opens with its graph")
  func openingHealthy() {
    var console = ConsoleDriver()
    console.press("j", "enter")
    #expect(path(console).last == "16 graph")
  }

  @Test("a definition leads to its instances, and an instance to its definition")
  func definitions() {
    var console = ConsoleDriver()
    console.press("7", "enter")
    #expect(path(console) == ["instances"])
    let filter = console.model[list: .instances].filter
    #expect(filter.text == "def:order-fulfilment@3")
    #expect(filter.words == InstanceFilter(words: [.definition(key: "order-fulfilment", version: 3)]))
    console.press("o")
    #expect(path(console) == ["instances", "definitions"])
    #expect(console.model[list: .definitions].current?.id.whole == 1)
  }

  @Test("an instance that does not exist says so")
  func missing() {
    var console = ConsoleDriver()
    console.press(":")
    console.type("4711")
    console.press("enter")
    #expect(path(console).last == "4711 why")
    #expect(console.model.instanceView?.isMissing == true)
  }

  @Test("the time zone is told by its offset or as UTC")
  func zone() {
    var console = ConsoleDriver()
    #expect(console.model.clock.mark.string == "+01:00")
    console.press("z")
    #expect(console.model.clock.mark.string == "UTC")
    #expect(console.model.clock.offsetSeconds == 0)
  }

  @Test("y copies the command line that shows the same, quoted for a shell")
  func copy() {
    var console = ConsoleDriver()
    console.press("/")
    console.type("it's x")
    console.press("enter", "y")
    #expect(console.effects.last == .copy("sagatop ls orders.db --filter 'it'\\''s x'"))
    console.press("esc", "enter", "y")
    #expect(console.effects.last == .copy("sagatop show orders.db 17"))
  }

  @Test("help opens and closes without touching the view")
  func help() {
    var console = ConsoleDriver()
    console.press("j", "?", "j", "pgdn")
    guard case .help(let top) = console.model.overlay else {
      Issue.record("no help")
      return
    }
    #expect(top > 1)
    console.press("q")
    #expect(console.model.context == .list(.instances))
    #expect(console.model[list: .instances].cursor == 1)
  }

  @Test("in a terminal too small to see anything, nothing but leaving works")
  func tiny() {
    var console = ConsoleDriver(width: 18, height: 4)
    console.press("R", "3", "enter")
    #expect(path(console) == ["instances"])
    #expect(console.model.context == .list(.instances))
    console.press("q")
    #expect(console.effects.last == .quit)
  }

  @Test("control keys of the program reach the outside")
  func program() {
    var console = ConsoleDriver()
    console.press("ctrl-l", "x")
    console.send(.key(.control("z")))
    #expect(console.effects.suffix(3) == [.redraw, .writeScreen, .suspend])
  }
}
