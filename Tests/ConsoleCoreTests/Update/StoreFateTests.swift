import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("What becomes of a store while a console is on it")
struct StoreFateTests {
  private func texts(_ console: ConsoleDriver) -> [String] { console.model.banners.map(\.text.string) }

  @Test("why nothing can be stored stays on the screen until something can")
  func writes() {
    var console = ConsoleDriver(role: .engine)
    console.send(.writesFailing(message: "the disk is full\u{1b}"))
    #expect(texts(console).first?.hasPrefix("nothing can be stored, so nothing moves: the disk is full") == true)
    #expect(texts(console).first?.contains("\u{1b}") == false)
    console.send(.tick(SampleStore.now + .seconds(600)))
    #expect(console.model.banners.first?.severity == .error)
    console.send(.writesFailing(message: nil))
    #expect(texts(console).isEmpty)
  }

  @Test("that it is gone stays on the screen for good, with the reason, before anything else")
  func lost() {
    var console = ConsoleDriver(role: .engine)
    console.send(.writesFailing(message: "the disk is full"))
    console.send(.storeLost(message: "the file was removed"))
    console.send(.writesFailing(message: nil))
    console.send(.tick(SampleStore.now + .seconds(600)))
    #expect(
      texts(console) == [
        "the store is gone: nothing runs here any more, and this is how it was", "the file was removed",
      ])
    #expect(console.frame().text(isUTF8: true).contains("✗ no engine"))
  }

  @Test("when it is gone nothing can be changed, and quitting asks no more")
  func keys() {
    var console = ConsoleDriver(role: .engine)
    console.send(.storeLost(message: "the file was removed"))
    console.press("R")
    #expect(console.sheet == nil)
    #expect(console.model.notice?.text.string.contains("is off: read-only: the store is gone") == true)
    console.press("q")
    #expect(console.effects.contains { if case .quit = $0 { true } else { false } })
  }
}
