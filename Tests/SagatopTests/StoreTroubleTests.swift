import EngineCore
import EngineRuntime
import Synchronization
import Testing

@testable import sagatop

@Suite("What a log says of a store that fails")
struct StoreTroubleTests {
  private final class HandClock: EngineClock {
    private let time = Mutex(Duration.zero)
    func now() -> Timestamp { Timestamp(microseconds: 0) }
    func elapsed() -> Duration { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 += duration } }
  }

  private let clock = HandClock()
  private let full = StoreFailure(.diskFull, path: "s.db", "the disk is full")
  private let busy = StoreFailure(.busy, path: "s.db", "others keep it busy")

  @Test("a failure is said when it comes, and at most once a minute when it comes again, with how often it has")
  func repeated() {
    let trouble = StoreTrouble(clock: clock)
    var said: [String] = []
    for _ in 0..<250 {
      if let sentence = trouble.sentence(about: full) { said.append(sentence) }
      clock.advance(by: .milliseconds(500))
    }
    #expect(
      said == [
        "s.db: the disk is full", "s.db: the disk is full (and 119 more since that was last said)",
        "s.db: the disk is full (and 119 more since that was last said)",
      ])
  }

  @Test("another failure is said at once, and does not bring the first one back")
  func others() {
    let trouble = StoreTrouble(clock: clock)
    #expect(trouble.sentence(about: full) != nil)
    #expect(trouble.sentence(about: busy) != nil)
    #expect(trouble.sentence(about: full) == nil)
    #expect(trouble.sentence(about: busy) == nil)
  }

  @Test("that the store works again is said once, and only after a failure was said")
  func over() {
    let trouble = StoreTrouble(clock: clock)
    #expect(!trouble.isOver())
    _ = trouble.sentence(about: full)
    #expect(trouble.isOver())
    #expect(!trouble.isOver())
  }

  @Test("a store that fails and works by turns fills no log")
  func byTurns() {
    let trouble = StoreTrouble(clock: clock)
    var lines = 0
    for _ in 0..<100 {
      if trouble.sentence(about: full) != nil { lines += 1 }
      if trouble.isOver() { lines += 1 }
      clock.advance(by: .seconds(1))
    }
    #expect(lines == 4)
  }
}
