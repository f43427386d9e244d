import EngineCore
import Testing

@testable import BuiltinHandlers

@Suite("What `exec` says at deploy time")
struct ExecValidationTests {
  private let handler = ExecHandler(ExecProtocol())

  @Test(
    "a configuration that can run is accepted",
    arguments: [
      ["./reserve.sh", "--count", 3, true], ["command": ["reserve"]],
      ["command": ["a"], "environment": ["LANG": "C", "N": 1], "directory": "work"],
      ["command": ["a"], "environment": .null, "directory": .null],
    ] as [Value])
  func accepted(configuration: Value) {
    #expect(handler.validate(configuration: .literal(configuration)) == nil)
  }

  @Test(
    "a configuration that cannot run is refused with a sentence",
    arguments: [
      (.null, "no command"), ("./reserve.sh --fast", "list of words"), ([], "empty"), ([""], "empty"),
      (["a", ["b"]], "word 2 of the command is a list"), (["a\0b"], "NUL"), ([:], "no `command`"),
      (["command": "a b"], "not a list"), (["command": ["a"], "comand": 1], "no key `comand`"),
      (["command": ["a"], "environment": ["A=B": "c"]], "cannot name an environment variable"),
      (["command": ["a"], "environment": ["1A": "c"]], "cannot name an environment variable"),
      (["command": ["a"], "environment": ["A": ["c"]]], "environment variable A is a list"),
      (["command": ["a"], "directory": 7], "`directory` must be text"),
    ] as [(Value, String)])
  func refused(configuration: Value, reason: String) {
    let sentence = handler.validate(configuration: .literal(configuration))
    #expect(sentence?.contains(reason) == true, "\(sentence ?? "accepted")")
  }

  @Test(
    "what only an expression will tell is accepted",
    arguments: [
      "=command", ["./charge.sh", "=amount"], ["=script"], ["command": "=command"],
      ["command": ["a"], "environment": "=environment", "directory": "=folder"],
      ["command": ["a"], "environment": ["AMOUNT": "=amount"]],
    ] as [Value])
  func expression(configuration: Value) throws {
    #expect(handler.validate(configuration: try ValueTemplate(configuration)) == nil)
  }

  @Test(
    "beside an expression the literal parts are still checked",
    arguments: [
      (["=script", ["b"]], "word 2 of the command is a list"), (["command": ["=a"], "comand": 1], "no key `comand`"),
      (["command": ["a"], "environment": ["A=B": "=c"]], "cannot name an environment variable"),
    ] as [(Value, String)])
  func partlyKnown(configuration: Value, reason: String) throws {
    let sentence = handler.validate(configuration: try ValueTemplate(configuration))
    #expect(sentence?.contains(reason) == true, "\(sentence ?? "accepted")")
  }
}
