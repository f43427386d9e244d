import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("Lists")
struct ListTests {
  private func list(_ console: ConsoleDriver) -> ListState { console.model[list: .instances] }

  private func id(_ console: ConsoleDriver) -> Int64? { list(console).current?.id.whole }

  @Test("the first picture asks for the engine and one page, and for nothing else")
  func firstPage() {
    let console = ConsoleDriver(.many(10_000))
    #expect(console.loads.count == 2)
    #expect(console.loads.contains(.engine))
    #expect(console.loads.contains(.page(.instances, InstanceFilter(), after: nil, limit: 60)))
  }

  @Test("scrolling reads the next pages and never holds more than three")
  func paging() {
    var console = ConsoleDriver(.many(10_000))
    for _ in 0..<40 { console.press("ctrl-f") }
    #expect(list(console).rows.count <= 180)
    #expect(id(console) == 10_000 - 40 * Int64(console.model.layout.listHeight))
    for _ in 0..<40 { console.press("ctrl-b") }
    #expect(id(console) == 10_000)
  }

  @Test("the end of a long list can be reached and left")
  func end() {
    var console = ConsoleDriver(.many(500))
    for _ in 0..<12 { console.press("G") }
    #expect(id(console) == 1)
    console.press("g")
    #expect(id(console) == 500)
    #expect(list(console).top == 0)
  }

  @Test("a change reads the pages in sight again, and one at a time")
  func refresh() {
    var console = ConsoleDriver(.many(1_000))
    console.answersAtOnce = false
    console.forget()
    console.send(.storeChanged)
    #expect(console.loads.count == 2)
    // Whatever comes meanwhile waits for the answer.
    console.send(.storeChanged)
    console.send(.storeChanged)
    #expect(console.loads.count == 2)
    console.answerAll()
    #expect(console.loads.count { $0 != .engine } == 2)
  }

  @Test("the cursor stays with its row when new ones come in above it")
  func pinned() {
    var console = ConsoleDriver(.many(100))
    console.press("j", "j")
    #expect(id(console) == 98)
    console.store = .many(103)
    console.send(.storeChanged)
    #expect(id(console) == 98)
    #expect(list(console).cursor == 5)
  }

  @Test("a cursor that was never moved stays on top")
  func followsTop() {
    var console = ConsoleDriver(.many(100))
    console.store = .many(103)
    console.send(.storeChanged)
    #expect(id(console) == 103)
  }

  @Test("when the row under the cursor goes, the one in its place is next")
  func vanished() {
    var console = ConsoleDriver()
    console.press("j")
    #expect(id(console) == 16)
    console.store.instances.remove(at: 1)
    console.send(.storeChanged)
    #expect(id(console) == 15)
  }

  @Test("rows that come in while a later page is in sight are neither lost nor shown twice")
  func shiftedPages() {
    var console = ConsoleDriver(.many(300))
    for _ in 0..<4 { console.press("ctrl-f") }
    let before = id(console)
    console.store = .many(310)
    console.send(.storeChanged)
    #expect(id(console) == before)
    let ids = list(console).rows.map(\.id.whole)
    #expect(Set(ids).count == ids.count)
    #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 > $1 })
    while list(console).cursor > 0 { console.press("k") }
    #expect(id(console) == 310)
  }

  @Test("an answer for a view that has been left is ignored")
  func lateAnswer() {
    var console = ConsoleDriver()
    console.answersAtOnce = false
    console.forget()
    console.send(.storeChanged)
    let late = console.effects.compactMap { effect -> Generation? in
      guard case .load(let request) = effect, case .page = request.content else { return nil }
      return request.generation
    }
    console.press("2")
    console.answerAll()
    let rows = console.model[list: .incidents].rows
    for generation in late { console.send(.loaded(generation, .page(RowPage(rows: [])))) }
    #expect(console.model[list: .incidents].rows == rows)
    #expect(list(console).rows.count == 10)
  }

  @Test("the answer to an older filter is ignored")
  func lateFilter() {
    var console = ConsoleDriver()
    console.answersAtOnce = false
    console.press("/")
    console.forget()
    console.type("a")
    let first = console.effects
    console.type("b")
    for effect in first {
      guard case .load(let request) = effect else { continue }
      console.send(.loaded(request.generation, .page(RowPage(rows: [.instance(SampleStore.instance(1))]))))
    }
    // What was there stays until the right answer comes, so that nothing flickers.
    #expect(list(console).rows.count == 10)
    console.store.instances.removeLast()
    console.answerAll()
    #expect(list(console).rows.count == 9)
  }

  @Test("a filter takes effect with every key, and Esc brings back what was there")
  func liveFilter() {
    var console = ConsoleDriver()
    console.press("/")
    console.type("ab")
    #expect(list(console).filter.text == "ab")
    #expect(console.loads.last == .page(.instances, InstanceFilter(words: [.text("ab")]), after: nil, limit: 60))
    console.press("esc")
    #expect(console.prompt == nil)
    #expect(list(console).filter == .none)
    console.press("/")
    console.type("state:incident")
    console.press("enter")
    #expect(list(console).filter.words == InstanceFilter(words: [.hasIncident]))
    console.press("esc")
    #expect(list(console).filter == .none)
  }

  @Test("a filter that cannot be read says why, keeps the rows, and is not accepted")
  func wrongFilter() {
    var console = ConsoleDriver()
    console.press("/")
    console.type("state:")
    #expect(console.prompt?.error?.string == "state: which one?")
    console.press("enter")
    #expect(console.prompt != nil)
    #expect(list(console).rows.count == 10)
  }

  @Test("definitions and audit are searched at hand")
  func localFilter() {
    var console = ConsoleDriver()
    console.press("8", "/")
    console.type("customer")
    console.press("enter")
    #expect(console.model[list: .audit].rows.map(\.id.whole) == [2])
  }

  @Test("n and N go through the rows with the text of the last filter")
  func search() {
    var console = ConsoleDriver()
    console.press("n")
    #expect(console.model.notice?.text.string == "next is off: nothing has been looked for yet: press /")
    console.press("/")
    console.type("charge")
    console.press("enter", "esc")
    console.press("n")
    #expect(id(console) == 16)
    console.press("n")
    #expect(id(console) == 17)
    console.press("N")
    #expect(id(console) == 16)
  }

  @Test("sorting works on a bounded window and says so")
  func sorting() {
    var console = ConsoleDriver(.many(2_000))
    console.press("s")
    #expect(console.loads.last == .page(.instances, InstanceFilter(), after: nil, limit: ListState.sortedLimit))
    #expect(list(console).isPartial)
    var busy = ConsoleDriver()
    busy.press("s")
    #expect(list(busy).rows.first?.id.whole == 17)
    #expect(list(busy).rows.last?.id.whole == 12)
    #expect(!list(busy).isPartial)
  }

  @Test("a frozen picture reads nothing, counts what it holds back, and catches up")
  func freeze() {
    var console = ConsoleDriver()
    console.press("p")
    console.forget()
    console.send(.storeChanged)
    console.send(.storeChanged)
    console.send(.tick(SampleStore.now + .seconds(60)))
    #expect(console.effects.isEmpty)
    #expect(console.model.heldBack == 2)
    #expect(console.model.now == SampleStore.now)
    console.press("p")
    #expect(!console.loads.isEmpty)
    #expect(console.model.heldBack == 0)
  }

  @Test("a store that cannot be read says so until it can")
  func failure() {
    var console = ConsoleDriver()
    console.answersAtOnce = false
    console.forget()
    console.send(.storeChanged)
    for effect in console.effects {
      guard case .load(let request) = effect else { continue }
      console.send(.loadFailed(request.generation, message: "orders.db: disk I/O error"))
    }
    #expect(console.model.banners.map(\.text.string) == ["the store cannot be read: orders.db: disk I/O error"])
    console.answersAtOnce = true
    console.send(.storeChanged)
    #expect(console.model.banners.isEmpty)
  }

  @Test("the engine is looked at every few seconds, since a dead one changes nothing")
  func engineIsPolled() {
    var console = ConsoleDriver()
    console.forget()
    console.send(.tick(SampleStore.now + .seconds(1)))
    #expect(console.loads.isEmpty)
    console.store.engine.isAlive = false
    console.send(.tick(SampleStore.now + .seconds(3)))
    #expect(console.loads == [.engine])
    #expect(console.model.banners.first?.text.string.hasPrefix("no engine is running") == true)
  }
}
