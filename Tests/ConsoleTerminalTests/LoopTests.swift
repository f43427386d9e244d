import ConsoleCore
import ConsoleTerminal
import ConsoleTestKit
import ConsoleView
import Testing

extension InProcessTerminalTests {
  @Suite("The loop")
  struct LoopTests {
    /// Runs a session over `terminal` until the program ends it; returns the batches that it was told.
    private func run(
      _ terminal: PipeTerminal, waker: TerminalWaker, _ program: ([TerminalEvent]) -> TerminalResponse
    ) throws -> (ending: TerminalEnding, batches: [[TerminalEvent]]) {
      var batches: [[TerminalEvent]] = []
      let session = TerminalSession(terminal.configuration, theme: try BuiltinThemes.theme("dark"), waker: waker)
      let ending = try session.run { events in
        batches.append(events)
        return program(events)
      }
      return (ending, batches)
    }

    @Test("the program is told the size first, and then all keys that have arrived at once")
    func keys() throws {
      let terminal = PipeTerminal(width: 30, height: 5)
      terminal.type("jé\u{1B}OA\u{1B}[6~\u{04}\u{1B}[1;9X\u{1B}[200~a\rb\u{1B}[201~q")
      let (ending, batches) = try run(terminal, waker: TerminalWaker()) { events in
        events.contains(.key(.character("q"))) ? TerminalResponse(action: .end) : TerminalResponse()
      }
      #expect(ending == .finished)
      #expect(batches.first == [.resized(width: 30, height: 5)])
      let keys: [KeyPress] = [
        .character("j"), .character("é"), .up, .pageDown, .control("d"), .paste("a\nb"), .character("q"),
      ]
      #expect(batches.dropFirst().flatMap { $0 } == keys.map(TerminalEvent.key))
    }

    @Test("an escape alone is a key, long before anything else happens")
    func escape() throws {
      let terminal = PipeTerminal()
      terminal.type("\u{1B}")
      let late = ContinuousClock.now + .seconds(10)
      let (_, batches) = try run(terminal, waker: TerminalWaker()) { events in
        let isOver = events.contains(.key(.escape)) || events.contains(.deadline)
        return TerminalResponse(deadline: late, action: isOver ? .end : .none)
      }
      #expect(batches.last == [.key(.escape)])
    }

    @Test("a call from another thread wakes the program, many calls once")
    func waking() throws {
      let waker = try TerminalWaker()
      for _ in 0..<1000 { waker.wake() }
      let (_, batches) = try run(PipeTerminal(), waker: waker) { events in
        events.contains(.woken) ? TerminalResponse(action: .end) : TerminalResponse()
      }
      #expect(batches.flatMap { $0 }.filter { $0 == .woken }.count == 1)
    }

    @Test("a deadline is kept")
    func deadline() throws {
      var due: ContinuousClock.Instant?
      let (_, batches) = try run(PipeTerminal(), waker: TerminalWaker()) { events in
        if events.contains(.deadline) { return TerminalResponse(action: .end) }
        due = ContinuousClock.now + .milliseconds(30)
        return TerminalResponse(deadline: due)
      }
      #expect(batches.last == [.deadline])
      #expect(ContinuousClock.now >= (try #require(due)))
    }

    @Test("calls from other threads make no more than ten frames a second")
    func frameRate() throws {
      let waker = try TerminalWaker()
      waker.wake()
      var frames: [ContinuousClock.Instant] = []
      _ = try run(PipeTerminal(width: 20, height: 4), waker: waker) { _ in
        frames.append(ContinuousClock.now)
        waker.wake()
        return TerminalResponse(frame: Frame(width: 20, height: 4), action: frames.count == 4 ? .end : .none)
      }
      for (earlier, later) in zip(frames, frames.dropFirst()) { #expect(later - earlier >= .milliseconds(99)) }
    }

    @Test("a key is answered at once, whatever the frame rate")
    func keyLatency() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      terminal.type("a")
      var times: [ContinuousClock.Instant] = []
      _ = try run(terminal, waker: TerminalWaker()) { _ in
        times.append(ContinuousClock.now)
        if times.count < 5 { terminal.type("b") }
        return TerminalResponse(frame: Frame(width: 20, height: 4), action: times.count == 5 ? .end : .none)
      }
      #expect(try #require(times.last) - (try #require(times.first)) < .milliseconds(200))
    }

    @Test("the last frame before the program waits is on the screen")
    func painting() throws {
      let terminal = PipeTerminal(width: 20, height: 4)
      let waker = try TerminalWaker()
      _ = try run(terminal, waker: waker) { events in
        if events.contains(.woken) {
          terminal.show()
          return TerminalResponse(action: .end)
        }
        waker.wake()
        var frame = Frame(width: 20, height: 4)
        frame.write("hello", x: 0, y: 0)
        return TerminalResponse(frame: frame)
      }
      #expect(terminal.screen.text == "hello")
    }

    @Test("a terminal that goes away ends the session")
    func hangUp() throws {
      let terminal = PipeTerminal()
      terminal.type("x")
      terminal.hangUp()
      let (ending, batches) = try run(terminal, waker: TerminalWaker()) { _ in TerminalResponse() }
      #expect(ending == .disconnected)
      #expect(batches.count >= 1)
    }
  }
}
