import Glibc
import Testing

/// What becomes of a real command that does not want to stop.
@Suite("Cancelling and terminating a stubborn command", .serialized)
struct CancelTests {
  private static let definition = """
    process: stubborn
    nodes:
      work: {run: [./stubborn], next: end}

    """

  /// It says its number, and that it goes on although it was asked to stop.
  private static let script = """
    #!/bin/sh
    trap 'echo asked >> asked' TERM
    echo $$ > number
    while true; do sleep 1; done

    """

  private func begin() async throws -> (Workplace, RunningCommand, process: pid_t) {
    let place = try Workplace()
    place.write(
      "stubborn",
      Self.script.replacing("> number", with: "> '\(place.path)/number'").replacing(
        ">> asked", with: ">> '\(place.path)/asked'"))
    try await place.must("deploy", place.write("stubborn.yaml", Self.definition))
    let engine = try await place.serve()
    try await place.must("start", "stubborn")
    try await Workplace.wait(until: "the command runs") { place.read("number").hasSuffix("\n") }
    return (place, engine, try #require(pid_t(place.read("number").dropLast())))
  }

  @Test("cancel asks it, waits for its end, and then ends the instance")
  func cancel() async throws {
    let (place, engine, process) = try await begin()
    let plan = try await place.must("cancel", "1", "--dry-run")
    #expect(plan.output.contains("asks 1 handler to stop, up to 10s"), "\(plan)")
    try await place.must("cancel", "1")
    try await Workplace.wait(until: "it was asked") { !place.read("asked").isEmpty }
    #expect(try await place.sagatop("cancel", "1").code == 4)
    try await place.wait(until: "the instance has ended", "ls") { $0.allSatisfy { $0["state"] == "cancelled" } }
    #expect(kill(process, 0) != 0)
    try await place.stop(engine)
    try await place.must("verify")
  }

  @Test("terminate kills it without asking, also when it was asked before", arguments: [true, false])
  func terminate(isAsked: Bool) async throws {
    let (place, engine, process) = try await begin()
    if isAsked {
      try await place.must("cancel", "1")
      #expect(try await place.state() == "cancelling")
      #expect(try await place.must("ls", "state:cancelling", "--json").json().count == 1)
    }
    try await place.must("terminate", "1")
    #expect(try await place.state() == "terminated")
    try await Workplace.wait(until: "the process is gone") { kill(process, 0) != 0 }
    if !isAsked { #expect(place.read("asked").isEmpty) }
    try await place.stop(engine)
    try await place.must("verify")
  }
}
