import EngineCore
import Glibc
import Testing

@testable import BuiltinHandlers

@Suite("What a command is given", .timeLimit(.minutes(2)))
struct ExecRequestTests {
  @Test("one JSON object on standard input, on one line")
  func standardInput() async {
    let outcome = await runShell(
      "read -r line; printf '%s' \"$line\"", variables: ["text": "two\nlines", "number": 12])
    #expect(
      outcome.result?.jsonText == """
        {"attempt":1,"businessKey":"order-7","epoch":4,"idempotencyKey":"1/2","instance":1,"mode":"forward",\
        "node":"reserve","token":2,"variables":{"number":12,"text":"two\\nlines"}}
        """)
  }

  @Test("the same facts in its environment")
  func environment() async {
    let outcome = await ExecProtocol().run(
      argv: [
        "/bin/sh", "-c",
        #"""
        printf '{"all":"%s"}' "$SAGATOP_INSTANCE $SAGATOP_TOKEN $SAGATOP_BUSINESS_KEY $SAGATOP_NODE $SAGATOP_ATTEMPT \#
        $SAGATOP_IDEMPOTENCY_KEY $SAGATOP_EPOCH $SAGATOP_MODE"
        """#,
      ], context: testContext(attempt: 3, mode: .compensation))
    #expect(outcome.result?["all"]?.stringValue == "1 2 order-7 reserve 3 1/2 4 compensation")
  }

  @Test("an instance without a business key has no such variable, whatever this process has")
  func missingBusinessKey() async {
    // Changing the environment is safe only where no other test reads it.
    await #expect(processExitsWith: .success) {
      setenv("SAGATOP_BUSINESS_KEY", "of another engine", 1)
      let outcome = await ExecProtocol().run(
        argv: ["/bin/sh", "-c", #"printf '{"key":"%s"}' "${SAGATOP_BUSINESS_KEY-none}""#],
        context: testContext(businessKey: nil))
      precondition(outcome.result == ["key": "none"], "\(outcome)")
    }
  }

  @Test("its own environment variables beside the inherited ones")
  func ownEnvironment() async {
    let outcome = await runConfiguration([
      "command": ["/bin/sh", "-c", #"printf '{"a":"%s","path":"%s"}' "$GREETING" "${PATH:+set}""#],
      "environment": ["GREETING": "hello", "SAGATOP_NODE": "ignored"],
    ])
    #expect(outcome.result == ["a": "hello", "path": "set"])
  }

  @Test(
    "a command that does not read a large input completes all the same", arguments: ["true", "exec <&-; echo '{}'"])
  func unreadInput(script: String) async {
    let large = String(repeating: "x", count: 4 << 20)
    #expect(await runShell(script, variables: ["large": .string(large)]) == .completed(result: [:]))
  }

  @Test("a large input arrives whole")
  func largeInput() async {
    let large = String(repeating: "x", count: 4 << 20)
    let outcome = await runShell("printf '{\"bytes\":%s}' $(wc -c)", variables: ["large": .string(large)])
    #expect(outcome.result?["bytes"]?.intValue ?? 0 > 4 << 20)
  }

  @Test("none of our file descriptors")
  func descriptors() async {
    let leaky = fcntl(STDERR_FILENO, F_DUPFD, 300)
    defer { close(leaky) }
    let outcome = await runShell("if [ -e /proc/$$/fd/\(leaky) ]; then exit 1; fi; [ -e /proc/$$/fd/2 ]")
    #expect(leaky >= 300)
    #expect(outcome == .completed(result: [:]))
  }

  @Test("no blocked and no ignored signals")
  func signals() async {
    let outcome = await runShell(
      #"printf '{"signals":"%s"}' "$(grep -E 'Sig(Blk|Ign)' /proc/$$/status | cut -f2 | tr '\n' ' ')""#)
    let masks = outcome.result?["signals"]?.stringValue?.split(separator: " ").compactMap { UInt64($0, radix: 16) }
    // The signals 32 and 33 belong to the C library, which lets nobody touch them.
    #expect(masks?.map { $0 & 0x7FFF_FFFF } == [0, 0])
  }

  @Test("a session and a process group of its own")
  func session() async {
    let outcome = await runShell(#"set -- $(cut -d' ' -f5,6 /proc/$$/stat) $$; echo "{\"ids\":[$1,$2,$3]}""#)
    let ids = outcome.result?["ids"]?.listValue ?? []
    #expect(ids.count == 3)
    #expect(Set(ids).count == 1)
  }
}
