import EngineCore
import Testing

/// What commands write to standard error, kept for every attempt.
@Suite("Standard error of real commands")
struct StandardErrorTests {
  private static let definition = """
    process: chatty
    saga: global
    nodes:
      pack:
        run: [sh, -c, "echo 'packing' >&2; echo 'tape is low' >&2"]
        compensate: {run: [sh, -c, "echo 'unpacked' >&2"]}
        next: label
      label: {run: ["true"], next: send}
      send: {run: [sh, -c, "echo 'no stamp' >&2; exit 65"], next: end}
    """

  @Test("it stands in history of steps that succeed, of what undoes them, and of steps that fail")
  func kept() async throws {
    let place = try Workplace()
    let file = place.write("chatty.yaml", Self.definition)
    try await place.must("deploy", file)
    let engine = try await place.serve()
    try await place.must("start", "chatty")
    try await place.wait(until: "the step is undone", "ls") { $0.first?["state"] == "compensated" }
    try await place.stop(engine)
    let events = try await place.must("history", "1", "--json").json()
    let noted = events.filter { $0["type"] == "attemptNoted" }
    #expect(noted.map { $0["node"] } == ["pack", "pack"])
    #expect(noted.map { $0["mode"] } == ["forward", "compensation"])
    #expect(noted.map { $0["detail"] } == ["packing\ntape is low\n", "unpacked\n"])
    #expect(events.first { $0["type"] == "tokenFailed" }?["detail"] == "no stamp\n")
    let text = try await place.must("history", "1").output
    #expect(
      text.contains("  pack noted: … tape is low\n") && text.contains("  undoing pack noted: unpacked\n"), "\(text)")
    try await place.must("verify")
    let row = try await place.must("show", "1").output
    #expect(row.contains("compensated"), "\(row)")
  }

  @Test("a step that says nothing leaves no event for it")
  func silent() async throws {
    let place = try Workplace()
    let file = place.write("chatty.yaml", Self.definition.replacing("; exit 65", with: ""))
    let run = try await CommandRun.sagatop("run", file, "--json")
    #expect(run.code == 0, "\(run)")
    let noted = try run.json().filter { $0["type"] == "attemptNoted" }
    #expect(noted.map { $0["node"] } == ["pack", "send"], "\(run)")
  }
}
