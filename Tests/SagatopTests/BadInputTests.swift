import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// Whatever is wrong is answered with a sentence and the right exit code, and changes nothing.
@Suite("Bad input", .serialized)
struct BadInputTests {
  /// Fails unless a run ended with a code, one sentence on standard error that holds some words, and nothing else.
  private func expect(
    _ run: CommandRun, code: Int32, says words: String..., at location: SourceLocation = #_sourceLocation
  ) {
    #expect(run.code == code, "\(run)", sourceLocation: location)
    #expect(run.output.isEmpty, "\(run)", sourceLocation: location)
    for text in words { #expect(run.errors.contains(text), "\(run)", sourceLocation: location) }
    for noise in ["Fatal", "Swift/", "DatabaseError", "StoreFailure("] {
      #expect(!run.errors.contains(noise), "\(run)", sourceLocation: location)
    }
  }

  static let brokenDefinitions: [(text: String, words: String)] = [
    ("process: a\nnodes:\n  one: {run: [x], next: nowhere}\n", "nowhere"),
    ("process: a\nnodes:\n  one: {run: [x], nxt: end}\n", "nxt"),
    ("process: a\nnodes:\n  one: {run: [x], next: end}\n  two: {run: [x], next: end}\n", "two"),
    ("process: a\nnodes:\n  one: {set: {x: =1 +}, next: end}\n", "1 +"),
    ("process: a\nnodes:\n  one: {service: lgo, next: end}\n", "lgo"),
    ("process: a\nnodes: [\n", "YAML"),
    ("{\"process\": 3}", "process"),
    ("", "empty"),
  ]

  @Test("in a definition is named with file and line, and nothing is stored", arguments: brokenDefinitions)
  func definition(text: String, words: String) async throws {
    let place = try Workplace()
    let file = place.write("broken.yaml", text)
    let good = place.write("good.yaml", "process: good\nnodes:\n  one: {set: {x: 1}, next: end}\n")
    let run = try await place.sagatop("deploy", good, file)
    #expect(run.code == 1, "\(run)")
    #expect(run.errors.contains(file), "\(run)")
    #expect(run.errors.contains(words), "\(run)")
    #expect(run.output.isEmpty, "\(run)")
    #expect(place.names == ["broken.yaml", "good.yaml"])
  }

  @Test(
    "in a store's place is told apart",
    arguments: [
      ["ls"], ["show", "1"], ["retry", "1"], ["serve"], ["start", "a"], ["--read-only"], ["--attach"], [],
    ])
  func notAStore(words: [String]) async throws {
    let place = try Workplace()
    let text = place.write("text.db", "hello, this is no database at all, but a text that somebody has written\n")
    let foreign = place.path + "/foreign.db"
    try SQLiteShell.run(foreign, "CREATE TABLE customer (name TEXT); INSERT INTO customer VALUES ('Ada')")
    let before = place.read("foreign.db")
    let isOption = words.first?.hasPrefix("-") ?? true
    for (file, code, sentence) in [
      (text, Int32(1), "no SQLite database"), (foreign, 1, "another program"), (place.path, 3, "folder"),
      (place.path + "/missing/store.db", 3, "folder"),
    ] {
      let arguments = isOption ? words + [file] : [words[0], file] + words.dropFirst()
      let run = try await CommandRun.sagatop(arguments)
      let saysIsMissing = run.errors.contains("No such file") || run.errors.contains("no such file")
      #expect(run.code == code, "\(run)")
      #expect(run.errors.contains(file) && (run.errors.contains(sentence) || saysIsMissing), "\(run)")
    }
    #expect(place.read("foreign.db") == before)
    #expect(place.names == ["foreign.db", "text.db"])
  }

  @Test("of a newer version is left alone", arguments: [["ls"], ["serve"], ["deploy"], []])
  func newerVersion(words: [String]) async throws {
    let place = try Workplace()
    try await place.deployBroken()
    try SQLiteShell.run(place.store, "PRAGMA user_version = 4711; PRAGMA wal_checkpoint(TRUNCATE)")
    let arguments = words.prefix(1) + [place.store] + (words == ["deploy"] ? [place.path + "/broken.yaml"] : [])
    let run = try await CommandRun.sagatop(Array(arguments))
    expect(run, code: 1, says: "newer", "4711", place.store)
  }

  @Test("in words is answered with the usage code")
  func usage() async throws {
    let place = try Workplace()
    try await place.deployBroken()
    try await place.must("start", "broken")
    let store = place.store
    for (words, sentence) in [
      (["frobnicate", store], "frobnicate"), (["ls", store, "--bogus"], "--bogus"), (["ls"], "which store"),
      (["ls", store, "--limit", "0"], "--limit"), (["ls", store, "--limit=-3"], "--limit"),
      (["ls", store, "--limit", "many"], "--limit"), (["ls", store, "state:nonsense"], "nonsense"),
      (["show", store], "which instance"), (["show", store, "one"], "one"), (["show", store, "-1"], "-1"),
      (["show", store, "99999999999999999999"], "99999999999999999999"), (["retry", store], "which instance"),
      (["start", store, "broken", "--vars", "{\"a\":"], "--vars"),
      (["start", store, "broken", "--vars", "3"], "--vars"),
      (["start", store, "broken", "--vars", "{\"a\":1,\"a\":2}"], "--vars"), (["start", store], "which process"),
      (["set", store, "1", "--vars", "{}"], "--vars"), (["run", "x.yaml", "--wait", "soon"], "--wait"),
      (["cancel", store, "1", "--filter", "state:running"], "--filter"), (["serve", store, "more"], "more"),
      (["worker", store, "payment"], "which command"), (["worker", store, "--", "true"], "which topic"),
      (["demo", "--until", "later"], "--until"), (["deploy", store], "which file"),
      (["--attach", "--read-only", store], "--attach"), (["--theme", "nonsense", store], "nonsense"),
      (["history", store, "1", "--limit=-1"], "--limit"), (["history", store, "1", "--limit", "0"], "from 1 to"),
      (["audit", store, "--limit", "\(Int.max)"], "--limit"),
      (["incidents", store, "--limit", "\(Int.max)"], "--limit"),
      (["serve", store, "--concurrency", "\(Int.max)"], "--concurrency"),
      (["serve", store, "--concurrency", "0"], "from 1 to 100000"),
      (["serve", store, "--limit", "exec=\(Int.max)"], "--limit"),
      (["serve", store, "--limit", "exce=3"], "did you mean exec?"),
      (["serve", store, "--export", place.store], "cannot be exported"),
      (["serve", store, "--publish", "processCompleted", "--publish-to", place.path], "cannot be published"),
      (["worker", store, "payment", "--concurrency", "0", "--", "true"], "--concurrency"),
      (["worker", store, "payment", "--lease", "0s", "--", "true"], "--lease"),
      (["bench", "sequence", "--window", "\(Int.max)"], "--window"),
    ] {
      expect(try await CommandRun.sagatop(words), code: 2, says: sentence)
    }
    #expect(try await place.must("audit", "--json").json().count == 2)
  }

  @Test("in a damaged store is shown as far as it goes", arguments: [["show"], ["show", "--json"], ["history"]])
  func damaged(words: [String]) async throws {
    let place = try Workplace()
    place.write("deliver.sh", Definitions.deliver)
    let file = place.write("broken.yaml", Definitions.broken)
    try #require(try await CommandRun.sagatop("run", file, "--store", place.store).code == 1)
    try SQLiteShell.run(place.store, "UPDATE token SET node = 99")
    let run = try await CommandRun.sagatop([words[0], place.store, "1"] + words.dropFirst())
    #expect(run.code == 0, "\(run)")
    if words[0] == "show" { #expect(run.output.contains("node 99"), "\(run)") }
  }

  @Test("in a stored definition hides no other one, and is told beside the list")
  func damagedDefinition() async throws {
    let place = try Workplace()
    try await place.deployBroken()
    try await place.deployWaiting()
    try SQLiteShell.run(place.store, "UPDATE process_definition SET content = '{' WHERE key = 'broken'")
    for words in [["definitions"], ["definitions", "--json"]] {
      let run = try await CommandRun.sagatop([words[0], place.store] + words.dropFirst())
      #expect(run.code == 0 && run.output.contains("waiting") && !run.output.contains("broken"), "\(run)")
      #expect(run.errors.contains("left out, because it cannot be read: broken@1: definition 1: "), "\(run)")
    }
    let plan = try await place.sagatop("suspend", "--definition", "broken", "--dry-run")
    #expect(plan.code == 1 && plan.errors.contains("definition 1: "), "\(plan)")
  }

  @Test("in a name is answered with not found")
  func unknown() async throws {
    let place = try Workplace()
    try await place.deployBroken()
    let store = place.store
    for words in [
      ["show", store, "77"], ["history", store, "77"], ["retry", store, "77"], ["cancel", store, "77"],
      ["complete", store, "77"], ["fire", store, "77"], ["set", store, "77", "--vars", "{\"a\":1}"],
      ["delete", store, "77"], ["retry", store, "77", "--dry-run"], ["start", store, "nonsense"],
      ["start", store, "broken@7"], ["cancel", store, "--filter", "key:nobody"],
      ["ls", place.path + "/missing.db"], ["retry", place.path + "/missing.db", "1"],
      ["deploy", store, place.path + "/missing.yaml"], ["run", place.path + "/missing.yaml"],
    ] {
      let run = try await CommandRun.sagatop(words)
      #expect(run.code == 3, "\(run)")
      #expect(!run.errors.isEmpty && run.output.isEmpty, "\(run)")
    }
    #expect(place.names.contains("missing.db") == false)
  }

  @Test("of rights is answered, and what may be read is shown", .enabled(if: geteuid() == 0, "needs another user"))
  func permissions() async throws {
    let place = try Workplace()
    try await place.deployBroken()
    try await place.must("start", "broken", "--key", "order-7")
    chmod(place.path, 0o755)
    chmod(place.store, 0o600)
    let nobody: UInt32 = 65534
    for words in [["ls", place.store], ["retry", place.store, "1"], ["serve", place.store], [place.store]] {
      let run = try await CommandRun.sagatop(words, user: nobody)
      #expect(run.code == 3, "\(run)")
      #expect(run.errors.contains(place.store) && run.output.isEmpty, "\(run)")
    }
    for name in place.names where name.hasPrefix("store.db") { chmod("\(place.path)/\(name)", 0o644) }
    for words in [["retry", place.store, "1"], ["serve", place.store]] {
      let run = try await CommandRun.sagatop(words, user: nobody)
      #expect(run.code == 4, "\(run)")
      #expect(run.errors.contains("write"), "\(run)")
    }
    for words in [["ls", place.store], ["--read-only", place.store], [place.store]] {
      let run = try await CommandRun.sagatop(words, user: nobody)
      #expect(run.code == 0, "\(run)")
      #expect(run.output.contains("order-7"), "\(run)")
    }
    let elsewhere = try await CommandRun.sagatop(
      ["deploy", place.path + "/new.db", place.path + "/broken.yaml"], user: nobody)
    #expect(elsewhere.code == 4, "\(elsewhere)")
    #expect(!place.names.contains("new.db"))
  }

  @Test(
    "of a full disk is answered, and work goes on when there is room", .enabled(if: SmallDisk.isPossible, "no mount"))
  func fullDisk() async throws {
    let disk = try SmallDisk(kilobytes: 768)
    let place = try Workplace()
    let store = disk.path + "/store.db"
    place.write("deliver.sh", Definitions.deliver)
    let file = place.write("broken.yaml", Definitions.broken)
    try #require(try await CommandRun.sagatop("deploy", store, file).code == 0)
    disk.fill()
    let text = String(repeating: "a", count: 60_000)
    let run = try await CommandRun.sagatop("start", store, "broken", "--vars", "{\"text\":\"\(text)\"}")
    #expect(run.code == 1, "\(run.code) \(run.errors)")
    #expect(run.errors.contains("full"), "\(run.errors)")
    disk.makeRoom()
    let again = try await CommandRun.sagatop("start", store, "broken", "--vars", "{\"text\":\"\(text)\"}")
    #expect(again.code == 0, "\(again.errors)")
    #expect(try await CommandRun.sagatop("ls", store, "--json").json().count == 1)
  }

  @Test("of a second engine is told who the first one is")
  func twoEngines() async throws {
    let place = try Workplace()
    let engine = try await place.serve()
    let second = try await CommandRun.sagatop("serve", place.store)
    expect(second, code: 4, says: "process \(engine.process)", place.store)
    try await place.stop(engine)
    let third = try await place.serve()
    try await place.stop(third)
  }
}
