import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// The verbs and lists of the command line, with an engine that lives and without one.
@Suite("The command line", .serialized)
struct CommandLineTests {
  @Test("deploys the same content once")
  func deployTwice() async throws {
    let place = try Workplace()
    let file = place.write("waiting.yaml", Definitions.waiting)
    let first = try await place.must("deploy", file, "--json").onlyJSON()
    #expect(first["version"] == 1 && first["new"] == true)
    let second = try await place.must("deploy", file, "--json").onlyJSON()
    #expect(second["version"] == 1 && second["new"] == false)
    place.write("waiting.yaml", Definitions.waiting + "\n  # another comment\n")
    #expect(try await place.must("deploy", file, "--json").onlyJSON()["version"] == 1)
    place.write("waiting.yaml", Definitions.waiting.replacing("1h", with: "2h"))
    #expect(try await place.must("deploy", file, "--json").onlyJSON()["version"] == 2)
    #expect(try await place.must("definitions", "--json").json().count == 2)
    #expect(try await place.must("deploy", file, "--dry-run").output.contains("in order"))
  }

  @Test("lists everything for people and for programs", arguments: Surroundings.allCases)
  func lists(surroundings: Surroundings) async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting", "--key", "a\u{1b}[31mb", "--vars", "{\"amount\": 3}")
    try await place.inside(surroundings) {
      for words in [
        ["ls"], ["show", "1"], ["history", "1"], ["tasks"], ["audit"], ["definitions"], ["incidents"], ["timers"],
        ["compensation"],
      ] {
        let arguments = [words[0], place.store] + words.dropFirst()
        let people = try await CommandRun.sagatop(arguments)
        #expect(people.code == 0 && !people.output.isEmpty && people.errors.isEmpty, "\(people)")
        #expect(!people.output.contains("\u{1b}"), "\(people)")
        let programs = try await CommandRun.sagatop(arguments + ["--json"])
        #expect(programs.code == 0 && programs.errors.isEmpty, "\(programs)")
        #expect(!programs.output.contains("\u{1b}"), "\(programs)")
        for value in try programs.json() { #expect(value.contextValue != nil, "\(programs)") }
      }
      let row = try await place.must("ls", "--json").onlyJSON()
      #expect(row["businessKey"]?.stringValue == "a\u{1b}[31mb")
      #expect(row["state"] == "running")
      #expect(try await place.must("show", "1", "--json").onlyJSON()["variables"]?["amount"] == 3)
      #expect(try await place.must("tasks", "--json").onlyJSON()["node"] == "approve")
    }
  }

  @Test("walks an instance through its tasks and timers", arguments: Surroundings.allCases)
  func taskByTask(surroundings: Surroundings) async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.inside(surroundings) {
      try await place.must("start", "waiting")
      try await place.must("set", "1", "--vars", "{\"colour\":\"blue\",\"size\":2}")
      try await place.must("complete", "1", "--vars", "{\"approved\":true}", "--json")
      #expect(try await place.must("tasks", "--json").onlyJSON()["kind"] == "external")
      try await place.must("fail", "1", "--message", "the bank is closed", "--final")
    }
    // Without an engine the command is carried out, but no handler runs until there is one.
    let engine = try await place.serve()
    try await place.wait(until: "the step is undone", "ls") { $0.first?["state"] == "compensated" }
    try await place.stop(engine)
    let shown = try await place.must("show", "1", "--json").onlyJSON()
    #expect(shown["variables"]?["colour"] == "blue" && shown["variables"]?["approved"] == true, "\(shown)")
  }

  @Test("fires, pauses, resumes, cancels, undoes and deletes", arguments: Surroundings.allCases)
  func verbs(surroundings: Surroundings) async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.inside(surroundings) {
      for _ in 1...3 { try await place.must("start", "waiting") }
      try await place.must("complete", "1")
      try await place.must("complete", "1", "--vars", "{\"receipt\":\"R-1\"}")
      try await place.must("suspend", "1", "--reason", "the night shift is over")
      #expect(try await place.sagatop("suspend", "1").code == 4)
      #expect(try await place.sagatop("fire", "1").code == 4)
      try await place.must("resume", "1")
      try await place.must("fire", "1")
      #expect(try await place.state() == "completed")
      #expect(try await place.sagatop("cancel", "1").code == 4)
      try await place.must("cancel", "2")
      #expect(try await place.state(of: 2) == "cancelled")
      #expect(try await place.sagatop("delete", "3").code == 4)
      try await place.must("complete", "3")
      let plan = try await place.must("compensate", "3", "--back-to", "prepare", "--dry-run")
      #expect(plan.output.contains("then goes on behind prepare"), "\(plan)")
      try await place.must("compensate", "3", "--back-to", "prepare", "--reason", "the wrong form")
      #expect(try await place.must("tasks", "--json").onlyJSON()["node"] == "approve")
      #expect(try await place.sagatop("compensate", "3", "--scope", "pay").code == 4)
      #expect(try await place.sagatop("compensate", "3", "--scope", "pay", "--back-to", "prepare").code == 2)
      try await place.must("compensate", "3")
      try await place.must("delete", "2")
      #expect(try await place.sagatop("show", "2").code == 3)
      #expect(try await place.sagatop("cancel", "1", "99").code == 4)
    }
    let reasons = try await place.must("audit", "--json").json().compactMap { $0["reason"]?.stringValue }
    #expect(reasons == ["the wrong form", "the night shift is over"])
  }

  @Test("retries and skips what has failed", arguments: Surroundings.allCases)
  func retryAndSkip(surroundings: Surroundings) async throws {
    let place = try Workplace()
    try await place.deployBroken()
    for _ in 1...2 { try await place.must("start", "broken") }
    let first = try await place.serve()
    try await place.wait(until: "both have failed", "incidents") { $0.count == 2 }
    try await place.stop(first)
    place.write("open", "")
    try await place.inside(surroundings) {
      try await place.must("retry", "1")
      try await place.must("skip", "2", "--vars", "{\"delivered\":false}")
      #expect(try await place.sagatop("skip", "2").code == 4)
    }
    let last = try await place.serve()
    try await place.wait(until: "both have completed", "ls") { $0.allSatisfy { $0["state"] == "completed" } }
    #expect(try await place.must("incidents", "--json").output.isEmpty)
    try await place.stop(last)
  }

  @Test("changes nothing in a dry run")
  func dryRun() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting")
    let before = try await place.must("show", "1", "--json").output
    for words in [
      ["cancel"], ["compensate"], ["suspend"], ["complete"], ["fail"], ["set", "--vars", "{\"a\":1}"], ["terminate"],
    ] {
      let run = try await CommandRun.sagatop([words[0], place.store, "1", "--dry-run"] + words.dropFirst())
      #expect(run.code == 0 && run.output.contains("version 1"), "\(run)")
      let json = try await CommandRun.sagatop([words[0], place.store, "1", "--dry-run", "--json"] + words.dropFirst())
      #expect(try json.onlyJSON()["version"] == 1, "\(json)")
    }
    #expect(try await place.must("show", "1", "--json").output == before)
    #expect(try await place.must("audit", "--json").json().count == 2)
  }

  @Test("plans what helps a failed step", arguments: [["skip"], ["resolve", "--reason", "delivered by hand"]])
  func planForFailed(words: [String]) async throws {
    let place = try Workplace()
    place.write("deliver.sh", Definitions.deliver)
    let file = place.write("broken.yaml", Definitions.broken)
    try #require(try await CommandRun.sagatop("run", file, "--store", place.store).code == 1)
    let before = try await place.must("audit", "--json").output
    let run = try await CommandRun.sagatop([words[0], place.store, "1", "--dry-run"] + words.dropFirst())
    #expect(run.code == 0 && run.output.contains("the instance completes"), "\(run)")
    #expect(try await place.state() == "running")
    #expect(try await place.must("audit", "--json").output == before)
  }

  @Test("takes a filter for a target when the count is as expected")
  func filter() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    for key in ["a-1", "a-2", "b-1"] { try await place.must("start", "waiting", "--key", key) }
    let wrong = try await place.sagatop("cancel", "--filter", "state:running", "--expect-count", "2")
    #expect(wrong.code == 5 && wrong.errors.contains("3"), "\(wrong)")
    let unsaid = try await place.sagatop("cancel", "--filter", "state:running")
    #expect(unsaid.code == 4 && unsaid.errors.contains("3 instances match: say --yes"), "\(unsaid)")
    #expect(try await place.must("ls", "state:running", "--json").json().count == 3)
    try await place.must("cancel", "--filter", "key:a-1", "--expect-count", "1")
    try await place.must("cancel", "--filter", "state:running", "--expect-count", "2")
    let partly = try await place.sagatop("delete", "1", "99")
    #expect(partly.code == 6, "\(partly)")
    try await place.must("delete", "--filter", "state:cancelled", "--yes")
    #expect(try await place.must("ls", "--json").json().count == 0)
  }

  @Test("gives the first answer when a command is repeated with its key")
  func idempotency() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    let first = try await place.must("start", "waiting", "--once", "order-7", "--json").output
    #expect(try await place.must("start", "waiting", "--once", "order-7", "--json").output == first)
    #expect(try await place.must("ls", "--json").json().count == 1)
    let done = try await place.must("suspend", "1", "--once", "night", "--json").output
    #expect(try await place.must("suspend", "1", "--once", "night", "--json").output == done)
  }

  @Test("means the same instances again when a filter is repeated with its key")
  func repeatedFilter() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting")
    let command = ["cancel", place.store, "--filter", "state:running", "--once", "night", "--json"]
    let first = try await CommandRun.sagatop(command)
    try await place.must("start", "waiting")
    let second = try await CommandRun.sagatop(command)
    #expect(first.code == 0 && second.code == 0 && second.output == first.output, "\(first) \(second)")
    #expect(try await place.must("ls", "state:running", "--json").json().count == 1)
  }

  @Test("takes what was ended while it was suspended for ended, and no longer for suspended")
  func endedWhileSuspended() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    for verb in ["cancel", "terminate"] {
      let answer = try await place.must("start", "waiting", "--json").json()
      let id = try #require(answer.first?["instance"]?.intValue)
      try await place.must("suspend", "\(id)")
      try await place.must(verb, "\(id)")
      let none = try await place.sagatop("complete", "\(id)")
      #expect(none.code == 3 && none.errors.contains("has no open task"), "\(none)")
    }
    #expect(try await place.must("ls", "state:suspended", "--json").json().isEmpty)
  }

  @Test("suspends a definition with its instances, and lets it go on")
  func definitions() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    for _ in 1...2 { try await place.must("start", "waiting") }
    let plan = try await place.must("suspend", "--definition", "waiting", "--dry-run", "--json")
    #expect(try plan.onlyJSON()["instances"] == 2, "\(plan)")
    try await place.must("suspend", "--definition", "waiting@1", "--reason", "the courier is ill")
    #expect(try await place.sagatop("suspend", "--definition", "waiting").code == 4)
    #expect(try await place.sagatop("suspend", "--definition", "nothing").code == 3)
    #expect(try await place.sagatop("suspend", "1", "--definition", "waiting").code == 2)
    #expect(try await place.must("definitions", "--json").onlyJSON()["suspended"] == true)
    #expect(try await place.sagatop("compensate", "1").code == 4)
    #expect(try await place.sagatop("resume", "1").code == 4)
    #expect(try await place.must("verify").code == 0)
    try await place.must("resume", "--definition", "waiting")
    #expect(try await place.sagatop("resume", "--definition", "waiting").code == 4)
    try await place.must("cancel", "1")
    #expect(try await place.must("definitions", "--json").onlyJSON()["suspended"] == false)
  }

  @Test("gives the first answer also when what a verb was about is gone")
  func repeatedTarget() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting")
    for words in [
      ["complete", "--vars", "{\"approved\":true}"], ["complete", "--vars", "{\"receipt\":7}"],
      ["reschedule", "--to", "30m"], ["fire"],
    ] {
      let command = [words[0], place.store, "1", "--once", "key \(words)", "--json"] + words.dropFirst()
      let first = try await CommandRun.sagatop(command)
      #expect(first.code == 0, "\(first)")
      let second = try await CommandRun.sagatop(command)
      #expect(second.code == 0 && second.output == first.output, "\(second)")
    }
    #expect(try await place.state() == "completed")
    #expect(try await place.must("show", "1", "--json").json().first?["variables"]?["receipt"] == 7)
  }

  @Test("waits until an instance rests when it is asked to")
  func waitsForRest() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    try await place.must("start", "waiting")
    let alone = try await place.sagatop("complete", "1", "--vars", "{\"approved\":true}", "--wait", "1m")
    #expect(alone.code == 4, "\(alone)")
    let engine = try await place.serve()
    let paid = try await place.sagatop("complete", "1", "--vars", "{\"receipt\":1}", "--wait", "0s")
    #expect(paid.code == 4 && paid.output.contains("not at rest"), "\(paid)")
    let fired = try await place.sagatop("fire", "1", "--wait", "1m")
    #expect(fired.code == 0 && fired.output.contains("instance 1 is completed"), "\(fired)")
    try await place.stop(engine)
  }

  @Test("is the engine for many instances in a few turns, not once for each")
  func oneTurn() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    for _ in 1...20 { try await place.must("start", "waiting") }
    let before = try await epoch(place)
    try await place.must("cancel", "--filter", "state:running", "--expect-count", "20")
    #expect(try await epoch(place) < before + 10)
    #expect(try await place.must("ls", "state:cancelled", "--json").json().count == 20)
  }

  /// The epoch of an engine that starts now: how often the lease has been taken.
  private func epoch(_ place: Workplace) async throws -> Int {
    let engine = try await place.serve()
    let text = try #require(engine.errors.split(separator: "epoch=").last?.prefix { $0.isNumber })
    try await place.stop(engine)
    return try #require(Int(text))
  }

  @Test("waits for a moment when another process has the lease")
  func leaseIsTaken() async throws {
    let place = try Workplace()
    try await place.deployWaiting()
    let lock = try EngineLock(of: place.store)
    let engine = try place.start(["serve", place.store])
    try await engine.wait(for: "waiting for another process")
    lock.release()
    try await engine.wait(for: "serving")
    try await place.stop(engine)
  }

  @Test("tells how a run ended", arguments: [("", Int32(1)), ("{\"address\":\"1 Row Lane\"}", 0)])
  func runEnds(vars: String, code: Int32) async throws {
    let place = try Workplace()
    place.write("deliver.sh", Definitions.deliver)
    let file = place.write("broken.yaml", Definitions.broken)
    let run = try await CommandRun.sagatop(["run", file, "--json"] + (vars.isEmpty ? [] : ["--vars", vars]))
    #expect(run.code == code, "\(run)")
    #expect(try run.json().last?["type"] == "summary")
  }

  @Test("tells that a run still waits for somebody")
  func runWaits() async throws {
    let place = try Workplace()
    let run = try await CommandRun.sagatop("run", place.write("waiting.yaml", Definitions.waiting), "--json")
    #expect(run.code == 4, "\(run)")
    #expect(try run.json().last?["state"] == "running")
  }

  @Test("lets a run go on as long as what it calls, or a message on its way, moves it", .timeLimit(.minutes(1)))
  func runFollows() async throws {
    let place = try Workplace()
    let main = place.write(
      "main.yaml",
      """
      process: main
      nodes:
        tell: {send: {message: ready, key: '="k"', ttl: 1m}, next: listen}
        listen: {receive: ready, key: '="k"', next: deliver}
        deliver: {call: {process: child}, next: end}
      """)
    let child = place.write(
      "child.yaml",
      """
      process: child
      nodes:
        rest: {wait: 200ms, next: end}
      """)
    let run = try await CommandRun.sagatop("run", main, child, "--json")
    #expect(run.code == 0, "\(run)")
    #expect(try run.json().last?["state"] == "completed")
  }
}
