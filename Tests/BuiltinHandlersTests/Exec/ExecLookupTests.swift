import EngineCore
import Testing

@testable import BuiltinHandlers

@Suite("Where a command is looked up", .timeLimit(.minutes(2)))
struct ExecLookupTests {
  private let folder = TestFolder()

  @Test("a relative command lies beside its definition and runs there")
  func relativeCommand() async {
    folder.write("where.sh", "#!/bin/sh\nprintf '{\"at\":\"%s\",\"word\":\"%s\"}' \"$PWD\" \"$1\"\n", executable: true)
    let outcome = await runConfiguration(["./where.sh", "two words"], folder: folder.path)
    #expect(outcome.result == ["at": .string(folder.path), "word": "two words"])
  }

  @Test("a directory is looked up in the folder too")
  func directory() async {
    folder.write("where.sh", "#!/bin/sh\nprintf '{\"at\":\"%s\"}' \"$PWD\"\n", executable: true)
    let outcome = await runConfiguration(["command": ["./where.sh"], "directory": "/"], folder: folder.path)
    #expect(outcome.result == ["at": "/"])
  }

  @Test("a bare name is looked up on PATH, never in the folder")
  func bareName() async {
    folder.write("true", "#!/bin/sh\nexit 1\n", executable: true)
    #expect(await runConfiguration(["true"], folder: folder.path) == .completed(result: [:]))
  }

  @Test("numbers and truth values are words")
  func wordsOfOtherKinds() async {
    let outcome = await runConfiguration(["/bin/sh", "-c", #"printf '{"words":"%s %s"}' "$1" "$2""#, "sh", 12, true])
    #expect(outcome.result == ["words": "12 true"])
  }

  @Test("a command that cannot be started is a final failure that names it")
  func unusableCommands() async throws {
    folder.write("plain.sh", "#!/bin/sh\n")
    folder.write("orphaned.sh", "#!/no/such/interpreter\n", executable: true)
    folder.write("text.sh", "echo hello\n", executable: true)
    let expectations: [(command: Value, code: String, reason: String)] = [
      (["./missing.sh"], "NOT_FOUND", "there is no command at \(folder.path)/./missing.sh"),
      (["no-such-command-anywhere"], "NOT_FOUND", "there is no command no-such-command-anywhere on PATH"),
      (["./plain.sh"], "NOT_EXECUTABLE", "\(folder.path)/./plain.sh is not executable"),
      (["./orphaned.sh"], "NOT_EXECUTABLE", "its interpreter /no/such/interpreter is missing"),
      (["./text.sh"], "NOT_EXECUTABLE", "its first line does not begin with #!"),
      (["/tmp"], "NOT_EXECUTABLE", "/tmp is a folder"),
      (
        ["command": ["true"], "directory": "nowhere"], "NO_DIRECTORY", "\(folder.path)/nowhere: there is no such folder"
      ),
    ]
    for (command, code, reason) in expectations {
      let failure = try #require(await runConfiguration(command, folder: folder.path).failure, "\(command)")
      #expect(failure.code == code, "\(command)")
      #expect(failure.message.contains(reason), "\(failure.message)")
      #expect(!failure.isRetryable, "\(command)")
    }
  }

  @Test("a configuration that is wrong once evaluated is a final failure")
  func wrongConfiguration() async {
    let failure = await runConfiguration(["/bin/echo", .null]).failure
    #expect(failure?.code == "BAD_CONFIGURATION")
    #expect(failure?.message == "word 2 of the command is null; it must be text, a number, true or false")
    #expect(failure?.isRetryable == false)
  }
}
