import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("The why pane")
struct WhyPaneTests {
  @Test("says for every kind of wait what it is and what would move it", arguments: WhySituation.all)
  func answers(_ situation: WhySituation) throws {
    let text = try situation.story().pane(.why, engine: situation.engine).plain
    #expect(text == situation.answer)
  }
}
