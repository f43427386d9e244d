import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// A console says so when the store goes away under it, and runs nothing any more.
@Suite("A store that goes away under a console", .serialized)
struct StoreLossTests {
  /// Goes on until it is asked to stop.
  private static let script = """
    #!/bin/sh
    trap 'echo > FOLDER/asked; exit 1' TERM
    echo > FOLDER/begun
    while true; do sleep 0.1; done

    """

  /// What somebody does to the files of a store.
  enum Damage: CaseIterable {
    case removed, replaced, lockRemoved
  }

  private func damage(_ store: String, _ damage: Damage) async throws {
    switch damage {
    case .removed: try #require(unlink(store) == 0)
    case .lockRemoved: try #require(unlink(store + "-lock") == 0)
    case .replaced:
      let copying = try RunningCommand(["/bin/cp", store, store + "-copy"])
      try #require(try await copying.end() == 0)
      try #require(rename(store + "-copy", store) == 0)
    }
  }

  /// Quits a console that has nothing to ask any more, and gives what it says behind its screen.
  private func quit(_ console: PtyProcess) throws -> String {
    console.send("q")
    #expect(try console.waitForExit() == .code(1))
    #expect(!console.screen.isAlternate)
    // The terminal breaks long lines.
    return console.screen.text.filter { !$0.isNewline }
  }

  @Test(
    "a console with the engine inside says it, stops the engine, and ends with an error", arguments: Damage.allCases)
  func engineInside(_ damage: Damage) async throws {
    let place = try Workplace()
    place.write("work", Self.script.replacing("FOLDER", with: place.path))
    try await place.must(
      "deploy", place.write("work.yaml", "process: work\nnodes:\n  work: {run: [./work], next: end}\n"))
    try await place.must("start", "work", "--key", "order-7")
    let console = try PtyProcess(TestProducts.path("sagatop"), [place.store])
    try console.wait(for: "order-7")
    try await Workplace.wait(until: "the step runs") { !place.read("begun").isEmpty }
    try await self.damage(place.store, damage)
    try console.wait(for: "the store is gone")
    try console.wait(for: "✗ no engine")
    try console.wait(for: "was removed, moved or replaced")
    try await Workplace.wait(until: "the step was stopped") { !place.read("asked").isEmpty }
    console.send("R")
    try console.wait(for: "read-only: the store is gone")
    #expect(try quit(console).contains("removed, moved or replaced"))
  }

  @Test("a console that only looks says it, too", arguments: ["--attach", "--read-only"])
  func looking(option: String) async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting", "--key", "order-7")
    let console = try PtyProcess(TestProducts.path("sagatop"), [option, place.store])
    try console.wait(for: "order-7")
    try await damage(place.store, .removed)
    try console.wait(for: "the store is gone")
    #expect(console.screen.text.contains("order-7"))
    #expect(try quit(console).contains("removed, moved or replaced"))
  }

  @Test("the demonstration says it on its screen")
  func demo() async throws {
    let place = try Workplace()
    let console = try PtyProcess(TestProducts.path("sagatop"), ["demo"], environment: ["TMPDIR": place.path])
    try console.wait(for: "order-1002")
    try await damage(store(in: place), .removed)
    try console.wait(for: "the store is gone")
    #expect(try quit(console).contains("removed, moved or replaced"))
  }

  @Test("the demonstration without a screen ends with an error")
  func plainDemo() async throws {
    let place = try Workplace()
    let demo = try place.start(["demo", "--until", "1h"], environment: ["TMPDIR": place.path])
    try await Workplace.wait(until: "its first command has run") {
      place.names.first.map { Workplace.names(in: "\(place.path)/\($0)").contains { $0.hasSuffix("-running") } }
        ?? false
    }
    try await damage(store(in: place), .removed)
    #expect(try await demo.end() == 1, "\(demo.errors)")
    #expect(demo.errors.contains("removed, moved or replaced"), "\(demo.errors)")
    try await Workplace.wait(until: "nothing is left") { place.names.isEmpty }
  }

  private func store(in place: Workplace) throws -> String {
    let folder = "\(place.path)/\(try #require(place.names.first))"
    let lock = try #require(Workplace.names(in: folder).first { $0.hasSuffix("-lock") })
    return "\(folder)/\(lock.dropLast("-lock".count))"
  }
}
