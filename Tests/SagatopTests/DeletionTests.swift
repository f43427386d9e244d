import EngineCore
import Testing

/// Who may be deleted, and how often.
@Suite("Deleting on the command line", .serialized)
struct DeletionTests {
  /// An instance (1) that waits for a person, after one that it called (2) has completed.
  private func called() async throws -> Workplace {
    let place = try Workplace()
    let main = place.write(
      "main.yaml",
      """
      process: main
      nodes:
        call: {call: {process: child}, next: look}
        look: {user: {assignee: grace}, next: end}
      """)
    try await place.must(
      "deploy", place.write("child.yaml", "process: child\nnodes:\n  note: {set: {a: 1}, next: end}\n"))
    try await place.must("deploy", main)
    try await place.must("start", "main")
    try #require(try await place.state(of: 2) == "completed")
    return place
  }

  @Test("an instance that its caller may come back to is refused, in a plan as well", arguments: Surroundings.allCases)
  func kept(surroundings: Surroundings) async throws {
    let place = try await called()
    try await place.inside(surroundings) {
      for words in [[], ["--dry-run"]] {
        let run = try await CommandRun.sagatop(["delete", place.store, "2"] + words)
        #expect(run.code == 4 && run.errors.contains("instance 1, which called instance 2, can still undo"), "\(run)")
      }
      try await place.must("cancel", "1")
      let plan = try await place.must("delete", "2", "--dry-run")
      #expect(plan.output.contains("deletes the instance and its"), "\(plan)")
      try await place.must("delete", "1")
      try await place.must("delete", "2", "--dry-run")
      try await place.must("delete", "2")
    }
  }

  @Test("an instance goes once, however many ask for it at the same moment", arguments: Surroundings.allCases)
  func once(surroundings: Surroundings) async throws {
    let place = try await called()
    try await place.must("cancel", "1")
    try await place.inside(surroundings) {
      let codes = try await withThrowingTaskGroup { group in
        for _ in 1...5 { group.addTask { try await place.sagatop("delete", "2").code } }
        return try await group.reduce(into: [Int32]()) { $0.append($1) }
      }
      #expect(codes.sorted() == [0, 3, 3, 3, 3])
    }
    let outcomes = try await place.must("audit", "--json").json().filter { $0["verb"] == "delete" }
    #expect(outcomes.count { $0["outcome"] == "done" } == 1, "\(outcomes)")
  }
}
