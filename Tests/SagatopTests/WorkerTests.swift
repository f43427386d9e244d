import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// `sagatop worker`: it holds the tasks that it works on, and only those.
@Suite("A worker", .serialized)
struct WorkerTests {
  @Test("runs external tasks through a command", arguments: Surroundings.allCases)
  func worker(surroundings: Surroundings) async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    let command = place.write(
      "pay.sh", "#!/bin/sh\ncat >> \"$(dirname \"$0\")/paid\"\necho '{\"receipt\": \"R-9\"}'\n")
    try await place.inside(surroundings) {
      for _ in 1...3 { try await place.must("start", "waiting") }
      try await place.must("complete", "1", "2", "3")
      let run = try await place.sagatop("worker", "payment", "--drain", "--concurrency", "2", "--", command)
      #expect(run.code == 0 && run.lines.count == 3, "\(run)")
      #expect(try await place.must("tasks", "--json").output.isEmpty)
    }
    #expect(try await place.must("timers", "--json").json().count == 3)
    #expect(try await place.must("show", "2", "--json").onlyJSON()["variables"]?["receipt"] == "R-9")
    #expect(place.read("paid").split(separator: "\n").count == 3)
    #expect(try await place.must("audit", "--json").json().allSatisfy { $0["verb"] != "fetch" })
  }

  /// A store with instances that each wait for a payment.
  private func paying(_ instances: Int = 1, lease: String) async throws -> Workplace {
    let place = try Workplace()
    let text = """
      process: paying
      nodes:
        pay: {external: {topic: payment, lease: \(lease), attempts: 3}, next: end}
      """
    try await place.must("deploy", place.write("paying.yaml", text))
    for _ in 1...instances { try await place.must("start", "paying") }
    return place
  }

  /// A command that says that it has begun, and goes on when it may.
  private func patient(_ place: Workplace) -> String {
    place.write(
      "pay.sh",
      """
      #!/bin/sh
      cd "$(dirname "$0")" || exit 1
      trap 'echo stopped >> ended; exit 75' TERM
      echo "$SAGATOP_INSTANCE" >> begun
      while [ ! -e "go-$SAGATOP_INSTANCE" ]; do sleep 0.02; done
      echo done >> ended
      """)
  }

  private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  @Test("keeps a task for as long as its command runs", arguments: Surroundings.allCases)
  func leaseIsExtended(surroundings: Surroundings) async throws {
    let place = try await paying(lease: "1s")
    let command = patient(place)
    try await place.inside(surroundings) {
      let worker = try place.start(["worker", place.store, "payment", "--drain", "--", command])
      // Three extensions of half a second are more than the lease.
      try await place.wait(until: "the lease is extended", within: .seconds(20), "history", "1") { events in
        events.count { $0["type"] == "externalTaskLocked" } >= 4
      }
      try await place.must("worker", "payment", "--drain", "--name", "another", "--", command)
      place.write("go-1", "")
      #expect(try await worker.end() == 0, "\(worker.errors)")
    }
    #expect(lines(place.read("begun")) == ["1"])
    #expect(lines(place.read("ended")) == ["done"])
    #expect(try await place.state() == "completed")
  }

  @Test("stops its command when the task is taken from it", arguments: Surroundings.allCases)
  func leaseIsLost(surroundings: Surroundings) async throws {
    let place = try await paying(lease: "1s")
    let command = patient(place)
    try await place.inside(surroundings) {
      let worker = try place.start(["worker", place.store, "payment", "--drain", "--", command])
      try await Workplace.wait(until: "the command has begun") { place.read("begun") == "1\n" }
      try await place.must("complete", "1")
      try await worker.wait(for: "no longer held")
      #expect(try await worker.end() == 0, "\(worker.errors)")
    }
    #expect(lines(place.read("ended")) == ["stopped"])
  }

  @Test("gives what it has begun back when it is told to stop", arguments: Surroundings.allCases)
  func stopped(surroundings: Surroundings) async throws {
    let place = try await paying(lease: "1h")
    let command = patient(place)
    try await place.inside(surroundings) {
      let worker = try place.start(["worker", place.store, "payment", "--", command])
      try await Workplace.wait(until: "the command has begun") { place.read("begun") == "1\n" }
      worker.signal(SIGTERM)
      #expect(try await worker.end() == 0, "\(worker.errors)")
      place.write("go-1", "")
      let second = try await place.must("worker", "payment", "--drain", "--", command)
      #expect(second.lines.count == 1, "\(second)")
    }
    #expect(lines(place.read("ended")) == ["stopped", "done"])
  }

  @Test("fetches whenever it has room, however long another task takes", arguments: Surroundings.allCases)
  func slots(surroundings: Surroundings) async throws {
    let place = try await paying(4, lease: "1h")
    let command = patient(place)
    for instance in 2...4 { place.write("go-\(instance)", "") }
    try await place.inside(surroundings) {
      let worker = try place.start(["worker", place.store, "payment", "--drain", "--concurrency", "2", "--", command])
      try await place.wait(until: "only the slow one is left", within: .seconds(20), "tasks") { tasks in
        tasks.compactMap { $0["instance"]?.intValue } == [1]
      }
      place.write("go-1", "")
      #expect(try await worker.end() == 0, "\(worker.errors)")
    }
    #expect(try await place.must("ls", "state:completed", "--json").json().count == 4)
  }

  @Test("tries again when the store is busy, and lets its commands run on")
  func busy() async throws {
    let place = try await paying(2, lease: "1h")
    let command = patient(place)
    let worker = try place.start(["worker", place.store, "payment", "--drain", "--", command])
    try await Workplace.wait(until: "the command has begun") { place.read("begun") == "1\n" }
    let hold = try SQLiteHold(place.store, "BEGIN IMMEDIATE")
    place.write("go-1", "")
    place.write("go-2", "")
    try await worker.wait(for: "trying again")
    hold.close()
    #expect(try await worker.end() == 0, "\(worker.errors)")
    #expect(lines(worker.output).count == 2, "\(worker.output)")
    #expect(lines(place.read("begun")) == ["1", "2"])
  }

  @Test("writes nothing as long as there is nothing to do", arguments: Surroundings.allCases)
  func idle(surroundings: Surroundings) async throws {
    let place = try await paying(lease: "1h")
    let before = try await place.must("audit", "--json").output
    try await place.inside(surroundings) {
      let run = try await place.must("worker", "refund", "--drain", "--", "true")
      #expect(run.output.isEmpty, "\(run)")
    }
    #expect(try await place.must("audit", "--json").output == before)
  }

  @Test("tells its command when somebody only asks whether a step happened")
  func probe() async throws {
    let place = try Workplace()
    let text = """
      process: doubt
      saga: global
      nodes:
        charge:
          run: [./charge.sh]
          compensate: {service: log, with: {message: '="undone"'}}
          probe: {external: {topic: ask}}
          next: end
      """
    place.write("charge.sh", "#!/bin/sh\necho begun > \"$(dirname \"$0\")/begun\"\nexec sleep 1000\n")
    let ask = place.write("ask.sh", "#!/bin/sh\necho $SAGATOP_MODE >> \"$(dirname \"$0\")/asked\"\n")
    try await place.must("deploy", place.write("doubt.yaml", text))
    try await place.must("start", "doubt")
    let engine = try await place.serve()
    try await Workplace.wait(until: "the step has begun") { place.read("begun") == "begun\n" }
    // The step is stopped in its midst: nobody knows what it has done.
    try await place.must("compensate", "1")
    try await place.wait(until: "the probe waits for a worker", "tasks") { $0.count == 1 }
    try await place.must("worker", "ask", "--drain", "--", ask)
    try await place.stop(engine)
    #expect(lines(place.read("asked")) == ["probe"])
  }
}
