import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("Marks")
struct MarkTests {
  private func marked(_ console: ConsoleDriver) -> [Int64] {
    console.model[list: .instances].markedRows.map(\.id.whole)
  }

  @Test("space marks and goes on, and takes the mark away")
  func toggle() {
    var console = ConsoleDriver()
    console.press("space", "space")
    #expect(marked(console) == [16, 17])
    console.press("k", "space")
    #expect(marked(console) == [17])
  }

  @Test("a range is everything between where it began and the cursor")
  func range() {
    var console = ConsoleDriver()
    console.press("j", "V", "j", "j")
    #expect(marked(console) == [14, 15, 16])
    console.press("V", "j")
    #expect(marked(console) == [14, 15, 16])
  }

  @Test("rows that come in or change places do not join a range")
  func rangeIsFixed() {
    var console = ConsoleDriver()
    console.press("j", "V", "j")
    console.press("s")
    #expect(marked(console) == [15, 16])
    console.press("space")
    #expect(marked(console) == [15, 16])
  }

  @Test("Esc takes away the range, then the filter, then the marks")
  func escape() {
    var console = ConsoleDriver()
    console.press("space", "/")
    console.type("x")
    console.press("enter", "V")
    #expect(console.model[list: .instances].rangeAnchor != nil)
    console.press("esc")
    #expect(console.model[list: .instances].rangeAnchor == nil)
    #expect(!console.model[list: .instances].filter.isEmpty)
    console.press("esc")
    #expect(console.model[list: .instances].filter.isEmpty)
    #expect(marked(console) == [17])
    console.press("esc")
    #expect(marked(console).isEmpty)
  }

  @Test("star marks what is at hand, or asks the store for all that match")
  func all() {
    var few = ConsoleDriver()
    few.press("*")
    #expect(marked(few).count == 10)
    var many = ConsoleDriver(.many(3_000))
    many.press("*")
    #expect(many.loads.last == .matching(.instances, InstanceFilter(), limit: ListState.markLimit))
    #expect(marked(many).count == 3_000)
    #expect(many.model.notice?.text.string == "3000 rows are marked")
  }

  @Test("marks stay when their rows leave the screen")
  func survive() {
    var console = ConsoleDriver(.many(1_000))
    console.press("space")
    for _ in 0..<30 { console.press("ctrl-f") }
    #expect(marked(console) == [1_000])
  }

  @Test("with very many marks the plan says who is left out, not the key")
  func manyMarks() {
    var console = ConsoleDriver(.many(300))
    console.press("*")
    #expect(console.model.availability(of: .verb(.retry)) == .enabled)
    #expect(console.model.availability(of: .verb(.edit)) != .enabled)
    console.press("R")
    #expect(console.sheet?.phase == .finished)
    #expect(console.sheet?.refusals.count == 300)
  }

  @Test("a verb acts on the marked rows, whatever is under the cursor")
  func targets() {
    var console = ConsoleDriver()
    console.press("space", "j", "j")
    #expect(console.model.verbTargets.map(\.instance.rawValue) == [17])
    console.press("esc")
    #expect(console.model.verbTargets.map(\.instance.rawValue) == [14])
  }
}
