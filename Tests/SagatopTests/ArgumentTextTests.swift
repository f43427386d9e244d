import ConsoleTestKit
import Testing

@testable import sagatop

/// Swift replaces what is not UTF-8: then something else would be done than was asked for.
@Suite("Words of the command line that are not UTF-8")
struct ArgumentTextTests {
  /// Runs sagatop through a shell that makes the bytes with printf.
  private func run(_ words: String, in place: Workplace) async throws -> RunningCommand {
    let script = "exec '\(TestProducts.path("sagatop"))' \(words)"
    return try RunningCommand(["/bin/sh", "-c", script], folder: place.path)
  }

  @Test(
    "are refused wherever they stand",
    arguments: [
      #"set store.db 1 --vars "$(printf '{"a": "M\374ller"}')""#,
      #"start store.db waiting --key "$(printf 'M\374ller')""#,
      #"ls store.db "$(printf 'key:M\374ller')""#, #""$(printf 'M\374ller.db')""#,
      #"worker store.db t -- echo "$(printf 'M\374ller')""#,
    ])
  func refused(words: String) async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting")
    let command = try await run(words, in: place)
    #expect(try await command.end() == 2, "\(command.errors)")
    #expect(
      command.errors.contains(#"is not UTF-8: byte"#) && command.errors.contains(#"M\xfcller"#), "\(command.errors)")
    #expect(command.output.isEmpty)
    #expect(try await place.must("show", "1", "--json").onlyJSON()["variables"]?["a"] == nil)
    #expect(try await place.must("ls", "--json").json().count == 1)
  }

  @Test("every text that is UTF-8 is taken")
  func taken() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting", "--key", "Müller 🚂")
    try await place.must("set", "1", "--vars", #"{"a": "Müller \u00fc 🚂"}"#)
    #expect(try await place.must("show", "1", "--json").onlyJSON()["variables"]?["a"] == "Müller ü 🚂")
  }

  @Test(
    "are quoted with the byte that is wrong",
    arguments: [
      ([0x61, 0xFC, 0x62], #"byte 2, \xfc, in "a\xfcb""#), ([0xC3], #"byte 1, \xc3, in "\xc3""#),
      ([0xC3, 0xBC, 0xED, 0xA0, 0x80], #"byte 3, \xed, in "\xc3\xbc\xed\xa0\x80""#),
      ([0x61, 0x0A, 0xFF], #"byte 3, \xff, in "a\x0a\xff""#),
    ] as [([UInt8], String)])
  func quoted(bytes: [UInt8], fault: String) {
    #expect(ArgumentText.fault(in: bytes) == fault)
  }

  @Test("are quoted in part when they are long")
  func long() {
    let text = [UInt8](repeating: 0x61, count: 500)
    let fault = ArgumentText.fault(in: text + [0xFF] + text)
    #expect(fault?.hasPrefix("byte 501, \\xff, in \"…aaa") == true && fault?.hasSuffix("aaa…\"") == true)
    #expect((fault?.count ?? 0) < 120)
    #expect(ArgumentText.fault(in: text) == nil)
  }

  @Test("times and dates that are none are refused with an example of one")
  func times() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting")
    for (words, example) in [
      (["reschedule", place.store, "1", "--to", "2026-13-45"], "2026-11-23T10:00:00Z"),
      (["reschedule", place.store, "1", "--to", "2026-11-23T10:00:00"], "2026-11-23T10:00:00Z"),
      (["retry", place.store, "1", "--wait", "soon"], "30s"), (["demo", "--until", "tomorrow"], "30s"),
      (["run", "waiting.yaml", "--wait", "7"], "30s"),
    ] {
      let run = try await CommandRun.sagatop(words, folder: place.path)
      #expect(run.code == 2 && run.errors.contains(words.last ?? "") && run.errors.contains(example), "\(run)")
    }
  }
}
