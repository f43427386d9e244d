import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// Ctrl-C, a supervisor's SIGTERM and a closed terminal leave nothing running and nothing behind.
@Suite("A command that is interrupted", .serialized)
struct InterruptionTests {
  private func folder(_ place: Workplace) throws -> String {
    let folder = place.path + "/tmp"
    try #require(mkdir(folder, 0o700) == 0)
    return folder
  }

  @Test("ends the commands of its steps and removes its store", arguments: [SIGINT, SIGTERM, SIGHUP])
  func run(number: Int32) async throws {
    let place = try Workplace()
    let folder = try folder(place)
    place.write("slow.sh", "#!/bin/sh\necho $$ > \"$(dirname \"$0\")/process\"\nexec sleep 1000\n")
    let file = place.write("slow.yaml", "process: slow\nnodes:\n  a: {run: [./slow.sh], next: end}\n")
    let run = try place.start(["run", file], environment: ["TMPDIR": folder])
    try await Workplace.wait(until: "the step runs") { place.read("process").hasSuffix("\n") }
    let process = try #require(pid_t(place.read("process").dropLast()))
    run.signal(number)
    #expect(try await run.end() == 128 + number, "\(run.errors)")
    #expect(!ProcessNotes.isAlive(process))
    #expect(Workplace.names(in: folder).isEmpty)
  }

  @Test("lets a store that is kept be taken up again")
  func runOnStore() async throws {
    let place = try Workplace()
    let script = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n[ -e go ] && exit 0\n: > begun\nexec sleep 1000\n"
    place.write("slow.sh", script)
    let file = place.write("slow.yaml", "process: slow\nnodes:\n  a: {run: [./slow.sh], next: end}\n")
    let run = try place.start(["run", file, "--store", place.store])
    try await Workplace.wait(until: "the step runs") { place.names.contains("begun") }
    place.write("go", "")
    run.signal(SIGTERM)
    #expect(try await run.end() == 128 + SIGTERM, "\(run.errors)")
    #expect(ProcessNotes(folder: place.store + "-running").groups.isEmpty)
    let engine = try await place.serve()
    try await place.wait(until: "it has completed", "ls") { $0.first?["state"] == "completed" }
    try await place.stop(engine)
  }

  @Test(
    "removes its store", arguments: [["demo", "--until", "60s"], ["bench", "sequence", "--instances", "1000000"]])
  func throwAway(arguments: [String]) async throws {
    let place = try Workplace()
    let folder = try folder(place)
    let run = try place.start(arguments, environment: ["TMPDIR": folder])
    try await Workplace.wait(until: "its store is there") {
      Workplace.names(in: folder).first.map { Workplace.names(in: folder + "/" + $0).contains("store.db-wal") } ?? false
    }
    run.signal(SIGTERM)
    #expect(try await run.end() == 128 + SIGTERM, "\(run.errors)")
    #expect(Workplace.names(in: folder).isEmpty)
  }
}
