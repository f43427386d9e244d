import ConsoleCore
import ConsoleTestKit
import ConsoleView
import EngineCore
import Testing

/// A size of the screen that the console is looked at in.
struct ScreenSize: Sendable, CustomStringConvertible {
  let width: Int
  let height: Int

  static let all = [
    ScreenSize(width: 80, height: 24), ScreenSize(width: 120, height: 40), ScreenSize(width: 200, height: 50),
  ]

  var description: String { "\(width)x\(height)" }
}

@Suite("The screen")
struct ScreenTests {
  @Test("every list looks as recorded", arguments: ViewKind.allCases, ScreenSize.all)
  func lists(kind: ViewKind, size: ScreenSize) throws {
    var console = ConsoleDriver(width: size.width, height: size.height)
    console.send(.key(kind.key))
    if kind == .engine { sample(&console) }
    try GoldenFrame.check(console.frame(), "\(kind.title)-\(size)")
  }

  /// A few minutes of a busy engine.
  private func sample(_ console: inout ConsoleDriver) {
    for second in 1...40 {
      console.store.engine.unitsCommitted += Int64(second * second % 97)
      console.store.engine.heartbeatAt = SampleStore.now + .seconds(3 * second)
      console.send(.tick(SampleStore.now + .seconds(3 * second)))
    }
  }

  @Test("every list says what to do when it is empty", arguments: ViewKind.allCases)
  func empty(kind: ViewKind) throws {
    var console = ConsoleDriver(SampleStore())
    console.send(.key(kind.key))
    try GoldenFrame.check(console.frame(), "empty-\(kind.title)")
  }

  @Test(
    "a list says how many rows are left out because they cannot be read",
    arguments: [ViewKind.instances, .definitions])
  func unreadable(kind: ViewKind) {
    var store = SampleStore()
    for count in [0, 2] {
      store.unreadable = count
      var console = ConsoleDriver(store)
      console.send(.key(kind.key))
      #expect(lines(of: console.frame()).contains("2 unreadable") == (count == 2))
    }
  }

  private func lines(of frame: Frame) -> String {
    (0..<frame.height).map(frame.text(row:)).joined(separator: "\n")
  }

  @Test("an opened instance looks as recorded", arguments: ScreenSize.all)
  func instance(size: ScreenSize) throws {
    var console = ConsoleDriver(width: size.width, height: size.height)
    console.store.details = [Self.detail(of: console.store.instances[0])]
    console.press("enter", "tab", "j", "j")
    try GoldenFrame.check(console.frame(panes: Self.panes), "instance-\(size)")
  }

  /// A detail without a story: the panes' own tests have those.
  static func detail(of summary: InstanceSummary) -> InstanceDetail {
    InstanceDetail(
      summary: summary,
      instance: ProcessInstance(id: summary.id, definition: summary.definition, createdAt: summary.createdAt),
      deployed: SampleStore.order(version: 3), history: [], hasOlderHistory: false, commands: [])
  }

  /// Panes with a heading and lines that say which pane they belong to.
  static let panes: PaneProvider = { pane, _, _, width in
    let lines = (1...60).map { line in
      PaneLine(StyledLine(pane.title + " line \(line) in \(width) columns"), about: .event(Int64(line)))
    }
    return PaneContent(heading: [StyledLine("HEADING", role: .tableHeader)], lines: lines)
  }

  @Test("an instance that is gone says so")
  func missing() throws {
    var console = ConsoleDriver()
    console.press("enter")
    try GoldenFrame.check(console.frame(), "missing")
  }

  @Test("the plan sheet for one target", arguments: ScreenSize.all)
  func planSheet(size: ScreenSize) throws {
    var console = ConsoleDriver(width: size.width, height: size.height)
    console.press("2", "R")
    try GoldenFrame.check(console.frame(), "plan-\(size)")
  }

  @Test("the plan sheet while the word is typed, in a store marked as production")
  func planTyping() throws {
    var console = ConsoleDriver(isProduction: true)
    console.press("2", "R")
    console.type("yes")
    console.press("enter")
    console.type("ticket 12")
    try GoldenFrame.check(console.frame(), "plan-typing")
  }

  @Test("the plan sheet for something that cannot be made good")
  func planTerminate() throws {
    var console = ConsoleDriver()
    console.press("j", "X")
    console.type("1")
    console.press("enter")
    try GoldenFrame.check(console.frame(), "plan-terminate")
  }

  @Test("the plan sheet for many, while it runs and with its results")
  func planMany() throws {
    var console = ConsoleDriver()
    console.store.moved = [InstanceID(15)]
    console.press("*", "C")
    try GoldenFrame.check(console.frame(), "plan-many")
    console.answersAtOnce = false
    console.forget()
    console.type("5")
    console.press("enter")
    try GoldenFrame.check(console.frame(), "plan-running")
    console.answerAll()
    try GoldenFrame.check(console.frame(), "plan-results")
  }

  @Test("changed variables as a difference")
  func planEdit() throws {
    var console = ConsoleDriver()
    console.press("E")
    guard case .edit(let request) = console.effects.last else { return }
    let edits = [
      VariableEdit(name: "amount", before: .number(5), after: .number(7)),
      VariableEdit(name: "card", before: nil, after: .context(["number": .string("4111")])),
    ]
    console.send(.edited(request.generation, .changed(console.store.instances[0], edits)))
    try GoldenFrame.check(console.frame(), "plan-edit")
  }

  @Test("help lists every key and says why some are off", arguments: ScreenSize.all)
  func help(size: ScreenSize) throws {
    var console = ConsoleDriver(width: size.width, height: size.height)
    console.press("?")
    try GoldenFrame.check(console.frame(), "help-\(size)")
  }

  @Test("prompts stand at the foot")
  func prompts() throws {
    var console = ConsoleDriver()
    console.press(":")
    console.type("t")
    try GoldenFrame.check(console.frame(), "prompt-command")
    console.press("esc", "/")
    console.type("state:")
    try GoldenFrame.check(console.frame(), "prompt-filter")
    console.press("esc", "5", "T")
    try GoldenFrame.check(console.frame(), "prompt-outputs")
  }

  @Test("no engine, read-only, production, frozen: what matters stands in the first lines", arguments: ScreenSize.all)
  func troubles(size: ScreenSize) throws {
    var store = SampleStore.busy
    store.engine.isAlive = false
    store.engine.heartbeatAt = SampleStore.ago(754)
    store.engine.waitingCommands = 2
    var console = ConsoleDriver(
      store, width: size.width, height: size.height, access: .readOnly(reason: "the file may not be written"),
      isProduction: true)
    console.press("p")
    console.send(.storeChanged)
    try GoldenFrame.check(console.frame(), "troubles-\(size)")
  }

  @Test("marks, sorting and a filter show in the breadcrumb")
  func breadcrumb() throws {
    var console = ConsoleDriver()
    console.press("space", "j", "V", "j", "s", "/")
    console.type("order")
    console.press("enter")
    try GoldenFrame.check(console.frame(), "breadcrumb")
  }

  @Test("a small terminal shows what it can", arguments: [(20, 5), (40, 10), (60, 16)])
  func small(width: Int, height: Int) throws {
    let console = ConsoleDriver(width: width, height: height)
    try GoldenFrame.check(console.frame(), "small-\(width)x\(height)")
  }

  @Test("a terminal that is too small says what is missing", arguments: [(19, 5), (20, 4), (8, 3), (1, 1)])
  func tooSmall(width: Int, height: Int) throws {
    let console = ConsoleDriver(width: width, height: height)
    try GoldenFrame.check(console.frame(), "too-small-\(width)x\(height)")
  }

  @Test("hostile keys neither move the cursor nor break a row", arguments: ScreenSize.all)
  func hostile(size: ScreenSize) throws {
    let keys = [
      "\u{1B}[2J\u{1B}[31mred", "a\tb\nc\rd", "\u{202E}txt.exe", "zero\u{200B}width\u{FEFF}",
      "ｆｕｌｌ　ｗｉｄｔｈ　漢字", "e" + String(repeating: "\u{301}", count: 60), String(repeating: "long ", count: 900),
      "👩‍👩‍👧‍👦 family", "\u{85}\u{9B}31m",
    ]
    var store = SampleStore()
    store.instances = keys.enumerated().map { index, key in
      SampleStore.instance(Int64(keys.count - index), key: key, at: [(key, .waiting)])
    }
    let console = ConsoleDriver(store, width: size.width, height: size.height)
    try GoldenFrame.check(console.frame(), "hostile-\(size)")
  }
}
