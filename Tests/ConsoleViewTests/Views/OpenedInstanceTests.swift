import ConsoleCore
import ConsoleTestKit
import ConsoleView
import EngineCore
import Testing

/// The frame around the panes together with the panes themselves.
@Suite("An opened instance")
struct OpenedInstanceTests {
  private static let panes: PaneProvider = { InstancePanes.content($0, $1, $2, width: $3) }

  /// An order that has reserved, and whose payment failed twice and waits to be tried again.
  private func console(width: Int = 80, height: Int = 24, failsForGood: Bool) throws -> ConsoleDriver {
    var order = InstanceFixture(FixtureDefinitions.order)
    try order.begin()
    try order.run("reserve", outputs: ["reservation": .string("R-1")])
    try order.run("pack")
    let charge = try order.arrive("charge", from: "pack", as: .executing)
    try order.fail(charge, output: "no such card\ntry another")
    let timer = try order.pause(charge, for: .seconds(90))
    if failsForGood {
      try order.tryAgain(charge, timer)
      try order.fail(charge)
      try order.raiseIncident(charge)
    }
    var detail = order.detail
    detail.summary.tokens = order.instance.tokens.map { token in
      TokenSummary(id: token.id, node: "charge", state: token.state, mode: token.mode, attempt: token.attempt)
    }
    detail.summary.incidentCount = order.instance.incidents.count
    detail.summary.nextTimer = order.instance.timers.first?.due
    var store = SampleStore()
    store.instances = [detail.summary]
    store.details = [detail]
    var console = ConsoleDriver(store, width: width, height: height, panes: Self.panes)
    console.press("enter")
    return console
  }

  private func text(_ console: ConsoleDriver) -> String { console.frame(panes: Self.panes).text() }

  private func go(_ console: inout ConsoleDriver, to pane: String) {
    console.press(":")
    console.type(pane)
    console.press("enter")
  }

  @Test("a stuck instance opens with the reason, and a key and a word help it")
  func stuck() throws {
    var console = try console(failsForGood: true)
    #expect(console.model.instanceView?.pane == .why)
    #expect(text(console).contains("card declined"))
    console.press("R")
    console.type("yes")
    console.press("enter")
    #expect(console.executed.flatMap(\.commands).map(\.verb.name) == ["retry"])
  }

  @Test("F fires the timer under the cursor of the timers pane")
  func fire() throws {
    var console = try console(failsForGood: false)
    go(&console, to: "timers")
    console.press("F")
    let timer = try #require(console.store.details[0].instance.timers.first)
    #expect(console.sheet?.entries.map(\.verb) == [.fireTimer(InstanceID(7), timer: timer.id)])
  }

  @Test("a bracket shows the past in every pane, in which nothing can be changed, and Esc comes back")
  func past() throws {
    var console = try console(failsForGood: true)
    go(&console, to: "events")
    console.press("[", "[", "[")
    #expect(console.model.instanceView?.past != nil)
    #expect(text(console).contains("the past: after event"))
    console.press("R")
    #expect(console.sheet == nil)
    #expect(console.model.notice?.text.string == "retry is off: this is the past: Esc comes back to the present")
    console.press("]", "]")
    #expect(console.model.instanceView?.past != nil)
    console.press("]")
    #expect(console.model.instanceView?.past == nil)
    console.press("[", "esc")
    console.send(.tick(SampleStore.now + .seconds(60)))
    #expect(console.model.instanceView?.past == nil)
    #expect(!text(console).contains("the past: after event"))
  }

  @Test("text is found in a pane and underlined")
  func search() throws {
    var console = try console(failsForGood: true)
    go(&console, to: "events")
    console.press("g", "/")
    console.type("no such card")
    console.press("enter")
    let frame = console.frame(panes: Self.panes)
    let found = (0..<frame.height).contains { row in
      (0..<frame.width).contains { frame[$0, row].flags.contains(.underlined) }
    }
    #expect(found)
    let line = console.model.instanceView?[scroll: .events].line ?? 0
    #expect(line > 0)
  }

  @Test("Enter unfolds an event, and unfolds it no more")
  func unfold() throws {
    var console = try console(failsForGood: true)
    go(&console, to: "events")
    let folded = text(console)
    console.press("enter")
    #expect(text(console) != folded)
    console.press("enter")
    #expect(text(console) == folded)
  }

  @Test("a wide terminal shows the graph, the pane with the keys, and the reason beside each other")
  func wide() throws {
    var console = try console(width: 200, height: 50, failsForGood: true)
    go(&console, to: "tokens")
    #expect(console.model.layout.panes.map(\.pane) == [.graph, .tokens, .why])
    let picture = text(console)
    #expect(picture.contains("▸tokens"))
    #expect(picture.contains("card declined"))
    #expect(picture.contains("reserve"))
  }

  @Test("every pane draws in every size without leaving its room", arguments: Pane.allCases)
  func everyPane(pane: Pane) throws {
    for size in [(20, 5), (40, 12), (80, 24), (120, 40), (200, 50), (300, 100)] {
      var console = try console(width: size.0, height: size.1, failsForGood: true)
      go(&console, to: pane.title.string)
      #expect(console.model.instanceView?.pane == pane)
      for key in ["j", "G", "g", "l", "h", "ctrl-f", "ctrl-b"] { console.press(key) }
      let frame = console.frame(panes: Self.panes)
      #expect(frame.width == size.0 && frame.height == size.1)
    }
  }

  @Test("a timer that counts down changes one place of the screen a second, and no more")
  func quiet() throws {
    var console = try console(failsForGood: false)
    go(&console, to: "timers")
    let before = console.frame(panes: Self.panes)
    console.send(.tick(SampleStore.now + .seconds(1)))
    let after = console.frame(panes: Self.panes)
    let changed = zip(before.cells, after.cells).count { $0 != $1 }
    #expect((1...12).contains(changed), "\(changed) cells changed")
  }
}
