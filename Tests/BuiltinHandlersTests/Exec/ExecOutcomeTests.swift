import EngineCore
import Testing

@testable import BuiltinHandlers

@Suite("What came of a command", .timeLimit(.minutes(2)))
struct ExecOutcomeTests {
  @Test("a command that says nothing completes with an empty context", arguments: ["true", "echo", "printf ' \\n\\t'"])
  func silentCommandCompletes(script: String) async {
    #expect(await runShell(script) == .completed(result: [:]))
  }

  @Test("one JSON object is the result")
  func objectIsResult() async {
    let outcome = await runShell(#"echo '{"id": "R-1", "amount": 12.50, "items": [1, 2]}'"#)
    #expect(outcome.result?.jsonText == #"{"amount":12.5,"id":"R-1","items":[1,2]}"#)
  }

  @Test("an error with a code is a business error")
  func errorIsBusinessError() async {
    let outcome = await runShell(#"echo '{"error": {"code": "REJECTED", "message": "too dear"}}'"#)
    #expect(outcome == .businessError(code: "REJECTED", message: "too dear"))
  }

  @Test("a business error needs no message")
  func businessErrorWithoutMessage() async {
    #expect(await runShell(#"echo '{"error": {"code": "REJECTED"}}'"#) == .businessError(code: "REJECTED", message: ""))
  }

  @Test("an `error` that is no object is an ordinary part of the result")
  func plainErrorIsResult() async {
    #expect(await runShell(#"echo '{"error": "none"}'"#) == .completed(result: ["error": "none"]))
  }

  @Test(
    "a command can ask to wait, with a reference and a limit",
    arguments: [
      (
        #"{"wait": {"reference": "pay-17", "limit": "2h"}}"#,
        WorkOutcome.waiting(reference: "pay-17", limit: .seconds(7200))
      ),
      (#"{"wait": {"reference": 17}}"#, .waiting(reference: "17")), (#"{"wait": {}}"#, .waiting(reference: "")),
      (#"{"wait": 3}"#, .completed(result: ["wait": 3])),
    ])
  func waiting(output: String, outcome: WorkOutcome) async {
    #expect(await runShell("echo '\(output)'") == outcome)
  }

  @Test(
    "standard error is noted, unless a failure says it",
    arguments: [
      ("echo careful >&2", "careful\n"), ("echo '{\"id\": 1}'; printf 'one\ntwo' >&2", "one\ntwo"),
      ("echo '{\"error\": {\"code\": \"NO\"}}'; echo why >&2", "why\n"),
      ("echo '{\"wait\": {}}'; echo soon >&2", "soon\n"),
      ("printf ' \n' >&2", nil), ("true", nil), ("echo broken >&2; exit 1", nil), ("echo x; echo why >&2", nil),
    ] as [(String, String?)])
  func notes(script: String, note: String?) async {
    #expect(await noteOfShell(script) == note)
  }

  @Test("a note is capped as the detail of a failure is")
  func longNote() async throws {
    let note = try #require(await noteOfShell("head -c 100000 /dev/zero | tr '\\0' x >&2"))
    #expect(note.utf8.count > 2 * CommandRun.errorLimit && note.utf8.count < 2 * CommandRun.errorLimit + 100)
    #expect(note.contains("bytes left out"))
  }

  @Test("a limit that is no duration is a mistake of the command", arguments: ["7", "\"soon\""])
  func badLimit(limit: String) async {
    let failure = await runShell("echo '{\"wait\": {\"limit\": \(limit)}}'").failure
    #expect(failure?.code == "BAD_OUTPUT")
    #expect(failure?.message.contains("`limit`") == true)
  }

  @Test(
    "exit codes say whether trying again can help",
    arguments: [(1, true), (75, true), (126, true), (65, false), (77, false)])
  func exitCodes(code: Int, isRetryable: Bool) async {
    let failure = await runShell("echo '{\"ignored\": true}'; exit \(code)").failure
    #expect(failure?.code == "exit \(code)")
    #expect(failure?.isRetryable == isRetryable)
    #expect(failure?.message == "/bin/sh exited with \(code)")
  }

  @Test("a signal is a failure that may be retried")
  func signal() async {
    let failure = await runShell("kill -9 $$").failure
    #expect(failure?.code == "signal 9")
    #expect(failure?.isRetryable == true)
    #expect(failure?.message == "/bin/sh was killed by signal 9 (SIGKILL)")
  }

  @Test("standard error is the detail, and its last line ends the sentence")
  func standardErrorIsDetail() async {
    let failure = await runShell("echo first >&2; printf 'no \\033[31mroute\\n\\n' >&2; exit 3").failure
    #expect(failure?.detail == "first\nno \u{1B}[31mroute\n\n")
    #expect(failure?.message == #"/bin/sh exited with 3: no \u{1b}[31mroute"#)
  }

  @Test(
    "what is not one JSON object is a final failure that tells where",
    arguments: [
      ("echo nonsense", "line 1, column 1"), ("printf '{\"a\": 1,\\n  oops}'", "line 2, column 3"),
      ("echo '{} {}'", "line 1, column 4"), ("printf '\\377\\376\\000{}'", "line 1, column 1"),
      ("echo '[1]'", "it is a list"), ("echo null", "it is a null"),
      ("echo '{\"error\": {\"message\": \"x\"}}'", "no `code`"), ("echo '{\"error\": {\"code\": \"\"}}'", "no `code`"),
    ])
  func badOutput(script: String, reason: String) async {
    let failure = await runShell(script).failure
    #expect(failure?.code == "BAD_OUTPUT")
    #expect(failure?.isRetryable == false)
    #expect(failure?.message.contains(reason) == true, "\(failure?.message ?? "no failure")")
  }

  @Test("output that is no result is quoted without anything that steers a terminal")
  func badOutputIsQuoted() async {
    let failure = await runShell("printf '\\033[2Jhello'; echo why >&2").failure
    #expect(failure?.detail == "standard output: \\u{1b}[2Jhello\nwhy\n")
  }

  @Test("output beyond the limit fails, after the command has written all of it")
  func outputBeyondLimit() async {
    let folder = TestFolder()
    let failure = await runShell(
      "head -c 3000000 /dev/zero | tr '\\0' x && echo done > finished", folder: folder.path
    ).failure
    #expect(failure?.code == "BAD_OUTPUT")
    #expect(failure?.message.contains("3000000 bytes") == true)
    #expect(folder.read("finished") == "done\n")
  }

  @Test("a result may be as large as the limit")
  func largeResult() async {
    let count = CommandRun.outputLimit - 8
    let outcome = await runShell("printf '{\"a\":\"'; head -c \(count) /dev/zero | tr '\\0' x; printf '\"}'")
    #expect(outcome.result?["a"]?.stringValue?.utf8.count == count)
  }

  @Test("of a long standard error the beginning and the end are kept")
  func longStandardError() async throws {
    let script = "echo begin >&2; head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo end >&2; exit 1"
    let failure = try #require(await runShell(script).failure)
    let detail = try #require(failure.detail)
    #expect(detail.hasPrefix("begin\nxxx"))
    #expect(detail.hasSuffix("xxx\nend\n"))
    #expect(detail.contains("bytes left out"))
    #expect(detail.utf8.count < 2 * CommandRun.errorLimit + 100)
    #expect(failure.message == "/bin/sh exited with 1: end")
  }
}
