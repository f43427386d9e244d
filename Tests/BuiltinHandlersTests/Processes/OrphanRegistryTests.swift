import EngineCore
import Glibc
import Testing

@testable import BuiltinHandlers

@Suite("Commands that outlive their engine", .timeLimit(.minutes(2)))
struct OrphanRegistryTests {
  private let folder = TestFolder()
  private var registry: OrphanRegistry { OrphanRegistry(directory: "\(folder.path)/running") }

  @Test(
    "a killed engine leaves a command behind, and the next one ends it",
    arguments: [
      "read -r line; kill -9 $PPID; exec sleep 1000",
      "read -r line; (trap '' TERM; sleep 1000) & kill -9 $PPID; exit 0",
    ])
  func crash(script: String) async throws {
    let key = uniqueKey(folder)
    let directory = registry.directory
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [directory = directory as String, key = key as String, script] in
      _ = await runShell(script, key: key, orphans: OrphanRegistry(directory: directory))
    }
    let note = try #require(registry.notes().first)
    #expect(note.idempotencyKey == key)
    #expect(note.instance == InstanceID(1))
    #expect(note.command == "/bin/sh")
    #expect(!processes(withKey: key).isEmpty)

    let reaping = await registry.reapOrphans(grace: .milliseconds(50))
    #expect(reaping.ended == [note])
    #expect(reaping.stillRunning.isEmpty)
    #expect(processes(withKey: key).isEmpty)
    #expect(registry.notes().isEmpty)
    #expect(await registry.reapOrphans() == OrphanRegistry.Reaping())
  }

  @Test("a command that was started and not noted any more is known by its environment, if its step is in flight")
  func unnoted() async throws {
    let fifo = Fifo(in: folder)
    let key = uniqueKey(folder)
    let run = Task { await runShell("echo ready > \(fifo.path); sleep 1000", key: key, orphans: nil) }
    _ = await fifo.message()
    #expect(await registry.reapOrphans(grace: .milliseconds(50)) == OrphanRegistry.Reaping())
    #expect(!processes(withKey: key).isEmpty)
    let reaping = await registry.reapOrphans(grace: .milliseconds(50)) { $0 == InstanceID(1) && $1 == key }
    #expect(reaping.ended.map(\.idempotencyKey) == [key])
    #expect(reaping.ended.map(\.command) == ["/bin/sh"])
    #expect(processes(withKey: key).isEmpty)
    _ = await run.value
  }

  @Test("a running command is noted, and forgotten when it is done")
  func noteWhileRunning() async throws {
    let fifo = Fifo(in: folder)
    let run = Task { [registry] in
      await runShell("read -r line; cut -d' ' -f22 /proc/$$/stat > \(fifo.path); sleep 1000", orphans: registry)
    }
    let startedAt = await fifo.message()
    let note = try #require(registry.notes().first)
    #expect(String(note.startedAt) == startedAt)
    run.cancel()
    #expect(await run.value == .cancelled)
    #expect(registry.notes().isEmpty)
  }

  @Test("a process that got the number of an orphan is left alone")
  func reusedNumber() async throws {
    let fifo = Fifo(in: folder)
    let live = OrphanRegistry(directory: "\(folder.path)/live")
    let run = Task { await runShell("read -r line; echo ready > \(fifo.path); sleep 1000", orphans: live) }
    _ = await fifo.message()
    let note = try #require(live.notes().first)
    try registry.note(altered(note) { $0["startedAt"] = .string(String(note.startedAt - 1)) })
    try registry.note(altered(note) { $0["boot"] = "of last week" })
    #expect(registry.notes().count == 2)
    #expect(await registry.reapOrphans() == OrphanRegistry.Reaping())
    #expect(registry.notes().isEmpty)
    #expect(ProcessStat(of: note.group)?.isAlive == true)
    run.cancel()
    _ = await run.value
  }

  @Test("what is no note is left alone, and half a note is removed")
  func foreignFiles() async {
    mkdir(registry.directory, 0o700)
    folder.write("running/1-2.running", "{}")
    folder.write("running/readme", "hello")
    folder.write("running/3-4.running.part", "{\"boot\"")
    #expect(await registry.reapOrphans() == OrphanRegistry.Reaping())
    #expect(SmallFile.names(in: registry.directory) == ["1-2.running", "readme"])
  }

  @Test("a command that cannot be noted does not run")
  func unwritableDirectory() async {
    let key = uniqueKey(folder)
    folder.write("file", "")
    let outcome = await runShell(
      "read -r line && echo started > marker", key: key, folder: folder.path, grace: .milliseconds(50),
      orphans: OrphanRegistry(directory: "\(folder.path)/file"))
    #expect(outcome.failure?.code == "NOT_STARTED")
    #expect(outcome.failure?.isRetryable == true)
    #expect(outcome.failure?.message.contains("\(folder.path)/file/") == true)
    #expect(folder.read("marker") == nil)
    #expect(processes(withKey: key).isEmpty)
  }

  private func altered(_ note: Orphan, _ change: (inout Context) -> Void) throws -> Orphan {
    var context = try #require(try Value(json: note.json).contextValue)
    change(&context)
    return try #require(Orphan(json: Value.context(context).jsonBytes))
  }
}
