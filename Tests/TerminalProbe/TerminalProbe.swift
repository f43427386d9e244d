// A program for tests: shows the keys that it gets and ends, stops or crashes when it is asked to.

import ConsoleCore
import ConsoleTerminal
import ConsoleView
import Glibc

@main
struct TerminalProbe {
  private var log: [SafeText] = []
  private var size = (width: 80, height: 24)
  private var pressed = 0

  static func main() async {
    do throws(TerminalError) {
      guard let theme = try? BuiltinThemes.theme("dark") else { exit(70) }
      let session = TerminalSession(.ofThisProcess(), theme: theme, waker: try TerminalWaker())
      nonisolated(unsafe) var probe = TerminalProbe()
      let ending = try await session.runOnOwnThread { probe.respond(to: $0) }
      switch ending {
      case .finished: exit(0)
      case .signal(let number): exit(128 + number)
      case .disconnected: exit(9)
      }
    } catch {
      complain("\(error)\n")
      exit(1)
    }
  }

  private mutating func respond(to events: [TerminalEvent]) -> TerminalResponse {
    var action = TerminalAction.none
    for event in events {
      switch event {
      case .key(let key):
        pressed += 1
        log.append("key " + key.label)
        action = self.action(for: key)
      case .resized(let width, let height):
        size = (width, height)
        log.append("size \(width)x\(height)")
      case .resumed: log.append("resumed")
      case .childEnded(let outcome): log.append(SafeText(untrusted: "child \(outcome)"))
      case .woken, .deadline: break
      }
    }
    return TerminalResponse(frame: frame, action: action)
  }

  private var frame: Frame {
    var frame = Frame(width: size.width, height: size.height)
    frame.box(frame.area, title: "probe", role: .borderFocused)
    frame.write("ready, \(pressed) keys", x: 2, y: 1, role: .stateRunning)
    for (index, line) in log.suffix(max(0, size.height - 3)).enumerated() {
      frame.write(line, x: 2, y: 2 + index, width: size.width - 4)
    }
    return frame
  }

  private func action(for key: KeyPress) -> TerminalAction {
    switch key {
    case .character("q"), .control("c"): return .end
    case .control("z"): return .suspend
    case .character("e"): return .run(TerminalChild(arguments: ["sh", "-c", "printf child-runs; read line"]))
    case .character("p"): return .run(TerminalChild(arguments: ["cat"], input: Array("through the pager".utf8)))
    case .character("c"): crash()
    case .character("f"): fatalError("the probe fails")
    case .character("a"): abort()
    case .character("n"): TerminalProbe.complain("a library complains\n")
    case .character, .control, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .insert, .delete, .enter,
      .escape, .tab, .backTab, .backspace, .function, .paste:
      break
    }
    return .none
  }

  /// Writes where nothing is.
  private func crash() -> Never {
    UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
    abort()
  }

  private static func complain(_ text: String) {
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }
}
