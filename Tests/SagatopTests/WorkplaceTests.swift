import Glibc
import Testing

/// What the tests stand on: a test that fails leaves nothing running.
@Suite("A workplace")
struct WorkplaceTests {
  @Test("ends what was started in it, also an engine that was stopped, and the commands of its steps")
  func endsEverything() async throws {
    var place: Workplace? = try Workplace()
    let path = try #require(place?.path)
    let (engine, command) = try await begin(try #require(place))
    engine.signal(SIGSTOP)
    place = nil
    #expect(!ProcessNotes.isAlive(engine.process))
    try await Workplace.wait(until: "the command has ended") { !ProcessNotes.isAlive(command) }
    #expect(access(path, F_OK) != 0)
  }

  private func begin(_ place: Workplace) async throws -> (RunningCommand, command: pid_t) {
    place.write("slow.sh", "#!/bin/sh\necho $$ > \"$(dirname \"$0\")/process\"\nexec sleep 1000\n")
    let file = place.write("slow.yaml", "process: slow\nnodes:\n  a: {run: [./slow.sh], next: end}\n")
    try await place.must("deploy", file)
    try await place.must("start", "slow")
    let engine = try await place.serve()
    // Its engine notes a command just after it has begun.
    try await Workplace.wait(until: "the step runs and is noted") {
      place.read("process").hasSuffix("\n")
        && Workplace.names(in: place.store + "-running").contains { $0.hasSuffix(".running") }
    }
    return (engine, try #require(pid_t(place.read("process").dropLast())))
  }
}
