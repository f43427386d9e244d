import EngineCore
import Testing

/// What becomes of an instance that somebody has damaged by hand, as an operator sees it.
@Suite("A damaged instance on the command line", .serialized)
struct CorruptionTests {
  private static let definition = """
    process: late
    nodes:
      pause: {wait: 1s, next: look}
      look: {user: {assignee: grace}, next: end}
    """

  static let damages = [
    "UPDATE token SET node = 99 WHERE instance = 1", "UPDATE token SET scope = 77 WHERE instance = 1",
    "DELETE FROM token WHERE instance = 1", "UPDATE process_instance SET next_id = 1 WHERE id = 1",
  ]

  /// Two instances that wait for a timer, the first one damaged; no engine has seen that yet.
  private func damaged(_ damage: String) async throws -> (Workplace, file: String) {
    let place = try Workplace()
    let file = place.write("late.yaml", Self.definition)
    try await place.must("deploy", file)
    for _ in 1...2 { try await place.must("start", "late") }
    try SQLiteShell.run(place.store, damage)
    return (place, file)
  }

  @Test("is refused a plan, except for its end", arguments: damages)
  func plan(damage: String) async throws {
    let (place, _) = try await damaged(damage)
    for words in [["retry"], ["set", "--vars", "{\"a\":1}"], ["suspend"], ["compensate"], ["fire"]] {
      let run = try await CommandRun.sagatop([words[0], place.store, "1", "--dry-run"] + words.dropFirst())
      #expect(run.code == 4 && run.errors.contains("instance 1 is damaged, and only cancel or termin"), "\(run)")
    }
    let plan = try await place.must("cancel", "1", "--dry-run")
    #expect(plan.output.contains("the instance is damaged: "), "\(plan)")
    #expect(try await place.must("ls", "--json").json().allSatisfy { $0["corrupted"] == false })
  }

  @Test("is stopped once and told of, keeps no other, and is ended by an operator", arguments: damages)
  func served(damage: String) async throws {
    let (place, _) = try await damaged(damage)
    let engine = try await place.serve()
    try await engine.wait(for: "instance 1 is corrupted and moves no more: ")
    try await place.wait(until: "the other one goes on", "tasks") { $0.map { $0["instance"] } == [2] }
    let row = try await place.must("ls", "--json").json().last
    #expect(row?["instance"] == 1 && row?["corrupted"] == true)
    #expect(try await place.must("ls").output.contains("corrupted"))
    #expect(try await place.must("show", "1").output.contains("corrupted"))
    #expect(try await place.must("history", "1").output.contains("because a rule was broken"))
    let refused = try await place.sagatop("retry", "1")
    #expect(refused.code == 4 && refused.errors.contains("only cancel or terminate move it"), "\(refused)")
    let verified = try await place.sagatop("verify")
    #expect(verified.output.contains("instance 1: marked as corrupted since "), "\(verified)")
    #expect(verified.output.contains("2 instances looked at, 1 of them marked as corrupted, "), "\(verified)")
    try await place.stop(engine)
    let second = try await place.serve()
    try await place.must(damage == Self.damages[0] ? "terminate" : "cancel", "1")
    try await place.stop(second)
    #expect(try await place.state() == (damage == Self.damages[0] ? "terminated" : "cancelled"))
    let marks = try await place.must("history", "1", "--json").json().filter { $0["type"] == "processCorrupted" }
    #expect(marks.count == 1)
    let told = (engine.errors + second.errors).ranges(of: "is corrupted and moves no more")
    #expect(told.count == 1, "\(engine.errors) \(second.errors)")
    let value = try await place.sagatop("verify", "--json").json().first { $0["corruptedAt"] != nil }
    #expect(value?["instance"] == 1 && value?["state"] != "running" && value?["reason"] != nil)
    try await place.must("delete", "1")
    #expect(try await place.must("ls", "--json").json().map { $0["instance"] } == [2])
  }

  @Test("is stopped by whoever is the engine for a moment, too")
  func met() async throws {
    let (place, file) = try await damaged(Self.damages[0])
    let run = try await CommandRun.sagatop("run", file, "--store", place.store)
    #expect(run.code == 4, "\(run)")
    let rows = try await place.must("ls", "--json").json()
    #expect(rows.filter { $0["corrupted"] == true }.map { $0["instance"] } == [1], "\(rows)")
    #expect(try await place.must("tasks", "--json").json().map { $0["instance"] } == [2, 3])
  }
}
