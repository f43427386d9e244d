import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// An engine without a screen goes on as long as its store is there, whatever becomes of its log, and not a step
/// longer.
@Suite("An engine without a screen", .serialized)
struct ServeTests {
  private static let waiting = "process: waiting\nnodes:\n  a: {wait: 1h, next: end}\n"
  private static let talking = """
    process: talking
    nodes:
      a: {for: {times: 20, sequential: true}, service: log, with: {message: hello}, next: end}
    """

  private func copy(_ place: Workplace, to name: String) async throws {
    let copying = try RunningCommand(["/bin/cp", place.store, "\(place.path)/\(name)"])
    #expect(try await copying.end() == 0)
  }

  @Test("does not run a copy of a store that is served elsewhere, made without its log")
  func copied() async throws {
    let place = try Workplace()
    try await place.must("deploy", place.write("waiting.yaml", Self.waiting))
    try await place.must("start", "waiting")
    let engine = try await place.serve()
    try await copy(place, to: "copy.db")
    let run = try await CommandRun.sagatop("serve", "\(place.path)/copy.db")
    #expect(run.code == 4, "\(run)")
    #expect(run.errors.contains(place.store) && run.errors.contains("--engine takes over"), "\(run)")
    try await place.stop(engine)
  }

  @Test("does not run a store by a second name, and nobody writes to it by that")
  func hardLink() async throws {
    let place = try Workplace()
    try await place.must("deploy", place.write("waiting.yaml", Self.waiting))
    let engine = try await place.serve()
    let other = "\(place.path)/other.db"
    try #require(link(place.store, other) == 0)
    for arguments in [["serve", other], ["serve", "--engine", other], ["start", other, "waiting"]] {
      let run = try await CommandRun.sagatop(arguments)
      #expect(run.code == 4, "\(run)")
      #expect(run.errors.contains("2 names (hard links)"), "\(run)")
    }
    unlink(other)
    try await place.must("start", "waiting")
    try await place.stop(engine)
  }

  @Test(
    "says once that the disk is full, however often it tries, and once that there is room again",
    .enabled(if: SmallDisk.isPossible, "no mount"))
  func fullDisk() async throws {
    let disk = try SmallDisk(kilobytes: 4096)
    let place = try Workplace()
    let store = disk.path + "/store.db"
    let file = place.write("talking.yaml", Self.talking.replacing("times: 20", with: "times: 5000"))
    try #require(try await CommandRun.sagatop("deploy", store, file).code == 0)
    try #require(try await CommandRun.sagatop("start", store, "talking").code == 0)
    let engine = try place.start(["serve", store])
    try await engine.wait(for: "hello")
    disk.fill()
    try await engine.wait(for: "full")
    // Meanwhile the engine tries again and again.
    for _ in 1...20 { _ = try await CommandRun.sagatop("show", store, "1") }
    disk.makeRoom()
    try await engine.wait(for: "the store takes writes again")
    let lines = engine.errors.split(separator: "\n")
    #expect(lines.filter { $0.contains(" error ") }.count == 1, "\(lines.filter { !$0.contains("hello") })")
    engine.signal(SIGTERM)
    #expect(try await engine.end() == 0)
    #expect(engine.errors.split(separator: "\n").filter { $0.contains("takes writes again") }.count == 1)
  }

  @Test("ends with a sentence when the log of its store is removed, and nothing is lost")
  func logIsGone() async throws {
    let place = try Workplace()
    try await place.must("deploy", place.write("waiting.yaml", Self.waiting))
    let engine = try await place.serve()
    try await place.must("start", "waiting", "--key", "order-7")
    try #require(unlink(place.store + "-wal") == 0)
    #expect(try await engine.end() == 1, "\(engine.errors)")
    #expect(engine.errors.contains("all that it held has been brought into the store"), "\(engine.errors)")
    #expect(try await place.must("ls", "--json").onlyJSON()["businessKey"] == "order-7")
    try await place.must("verify")
    try await place.stop(try await place.serve())
  }

  @Test("ends with a sentence when the file of its store is removed or replaced", arguments: [false, true])
  func gone(isReplaced: Bool) async throws {
    let place = try Workplace()
    try await place.must("deploy", place.write("waiting.yaml", Self.waiting))
    let engine = try await place.serve()
    if isReplaced {
      try await copy(place, to: "copy.db")
      try #require(rename("\(place.path)/copy.db", place.store) == 0)
    } else {
      try #require(unlink(place.store) == 0)
    }
    #expect(try await engine.end() == 1, "\(engine.errors)")
    #expect(engine.errors.contains("\(place.store): the file that was opened was removed"), "\(engine.errors)")
  }

  @Test(
    "goes on when its log cannot be written: a full disk, a closed stream, a reader that has gone",
    arguments: ["2>/dev/full", "2>&-", "3<>FIFO 4>FIFO 3>&- 2>&4 4>&-"])
  func logThatFails(redirection: String) async throws {
    let place = try Workplace()
    try await place.must("deploy", place.write("talking.yaml", Self.talking))
    try await place.must("start", "talking")
    try #require(mkfifo("\(place.path)/fifo", 0o600) == 0)
    let streams = redirection.split(separator: "FIFO", omittingEmptySubsequences: false)
      .joined(separator: "'\(place.path)/fifo'")
    let program = TestProducts.path("sagatop")
    let engine = try RunningCommand(["/bin/sh", "-c", "exec '\(program)' serve '\(place.store)' \(streams)"])
    defer { engine.destroy() }
    try await place.wait(until: "it has completed", "ls") { $0.first?["state"] == "completed" }
    engine.signal(SIGTERM)
    #expect(try await engine.end() == 0)
    #expect(engine.errors.isEmpty)
  }
}
