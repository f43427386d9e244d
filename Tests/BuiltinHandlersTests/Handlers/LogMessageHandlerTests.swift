import EngineCore
import EngineRuntime
import Logging
import Synchronization
import Testing

@testable import BuiltinHandlers

@Suite("The handler `log`")
struct LogMessageHandlerTests {
  @Test("it writes the message with what it is about, and completes")
  func message() async {
    let lines = LogLines()
    let outcome = await handler(lines).execute(testContext(["message": "still waiting"]))
    #expect(outcome == .completed(result: [:]))
    #expect(
      lines.all == [
        "info still waiting businessKey=order-7 instance=1 node=reserve process=order-fulfilment@3"
      ])
  }

  @Test("a message stays on its line and steers no terminal")
  func unsafeMessage() async {
    let lines = LogLines()
    _ = await handler(lines).execute(
      testContext(["message": "a\nb\u{1B}[2J\u{202E}c", "level": "error"], businessKey: nil))
    #expect(lines.all.first?.hasPrefix(#"error a\nb\u{1b}[2J\u{202e}c instance"#) == true, "\(lines.all)")
  }

  @Test("a message that is no text is written as an expression")
  func otherValues() async {
    let lines = LogLines()
    _ = await handler(lines).execute(testContext(["message": ["a": [1, "x"]]]))
    #expect(lines.all.first?.hasPrefix(#"info {a: [1, "x"]}"#) == true, "\(lines.all)")
  }

  @Test(
    "a wrong configuration is refused with a sentence",
    arguments: [
      (.null, "no `message`"), ([:], "no `message`"), (["message": "a", "level": "loud"], "one of trace"),
      (["message": "a", "text": "b"], "no key `text`"), ("hello", "named values"),
    ] as [(Value, String)])
  func refused(configuration: Value, reason: String) {
    let sentence = handler(LogLines()).validate(configuration: .literal(configuration))
    #expect(sentence?.contains(reason) == true, "\(sentence ?? "accepted")")
  }

  @Test("what only an expression will tell is accepted")
  func accepted() throws {
    #expect(handler(LogLines()).validate(configuration: .literal(["message": "a", "level": "debug"])) == nil)
    #expect(handler(LogLines()).validate(configuration: .expression(try Expression("a"))) == nil)
  }

  private func handler(_ lines: LogLines) -> LogMessageHandler {
    LogMessageHandler(Logger(label: "test") { _ in lines })
  }
}

/// Collects what is logged.
private final class LogLines: Logging.LogHandler, Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    lines.withLock { $0.append((["\(event.level)", "\(event.message)"] + metadata).joined(separator: " ")) }
  }
}
