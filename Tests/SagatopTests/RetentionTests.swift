import ConsoleTestKit
import EngineCore
import Testing

@Suite("An engine that keeps so many ended instances")
struct RetentionTests {
  @Test("writes the others out and deletes them, and the store stays sound")
  func exports() async throws {
    let place = try Workplace()
    let file = place.write("note.yaml", "process: note\nnodes:\n  a: {set: {x: 1}, next: end}\n")
    try await place.must("deploy", file)
    for number in 1...6 { try await place.must("start", "note", "--key", "k\(number)") }
    let archive = place.path + "/archive"
    let engine = try place.start(["serve", place.store, "--keep-newest", "2", "--export", archive])
    let kept = try await place.wait(until: "two are left", "ls") { $0.count == 2 }
    #expect(kept.compactMap { $0["businessKey"]?.stringValue }.sorted() == ["k5", "k6"])
    let exported = try place.read("archive/note@1/0.jsonl").split(separator: "\n").map {
      try Value(json: Array($0.utf8))
    }
    #expect(exported.compactMap { $0["businessKey"]?.stringValue } == ["k1", "k2", "k3", "k4"])
    #expect(exported.allSatisfy { $0["state"] == "completed" && $0["history"]?.listValue?.isEmpty == false })
    try await place.stop(engine)
    try await place.must("verify")
  }
}
