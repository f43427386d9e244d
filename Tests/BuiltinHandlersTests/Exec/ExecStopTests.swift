import EngineCore
import EngineRuntime
import Glibc
import Testing

@testable import BuiltinHandlers

@Suite("Stopping a command", .timeLimit(.minutes(2)))
struct ExecStopTests {
  private let folder = TestFolder()
  private let short = Duration.milliseconds(50)

  @Test("a timeout ends the whole group and may be retried")
  func timeout() async {
    let key = uniqueKey(folder)
    let outcome = await runShell(
      "echo working >&2; sleep 1000 & sleep 1000 | sleep 1000", key: key, timeout: .milliseconds(400))
    #expect(outcome.failure?.code == "TIMEOUT")
    #expect(outcome.failure?.isRetryable == true)
    #expect(outcome.failure?.message.hasPrefix("/bin/sh was not done within 400ms") == true)
    #expect(processes(withKey: key).isEmpty)
  }

  @Test("a cancelled task ends the whole group")
  func cancellation() async {
    let key = uniqueKey(folder)
    let fifo = Fifo(in: folder)
    let run = Task { await runShell("sleep 1000 & echo $! > \(fifo.path); sleep 1000", key: key) }
    let grandchild = pid_t(await fifo.message()) ?? 0
    #expect(ProcessStat(of: grandchild)?.isAlive == true)
    run.cancel()
    #expect(await run.value == .cancelled)
    #expect(ProcessStat(of: grandchild)?.isAlive != true)
    #expect(processes(withKey: key).isEmpty)
  }

  @Test("what ignores SIGTERM is killed after the grace")
  func stubbornCommand() async {
    let key = uniqueKey(folder)
    let fifo = Fifo(in: folder)
    let script = "trap '' TERM; echo ready > \(fifo.path); while true; do sleep 1000; done"
    let run = Task { [short] in await runShell(script, key: key, grace: short) }
    _ = await fifo.message()
    run.cancel()
    #expect(await run.value == .cancelled)
    #expect(processes(withKey: key).isEmpty)
  }

  @Test(
    "what ignores SIGTERM is killed without a grace when its work is stopped at once, asked before or not",
    arguments: [true, false])
  func stubbornCommandAtOnce(isAsked: Bool) async {
    let key = uniqueKey(folder)
    let fifo = Fifo(in: folder)
    let script = "trap '' TERM; echo ready > \(fifo.path); while true; do sleep 1000; done"
    let desk = StopDesk()
    let work = WorkKey(instance: InstanceID(1), token: TokenID(2), attempt: 1)
    let context = testContext(["/bin/sh", "-c", .string(script)], key: key).hearing(at: desk, as: work)
    let run = Task { await ExecHandler(ExecProtocol(grace: .seconds(3600))).execute(context) }
    _ = await fifo.message()
    if isAsked { run.cancel() }
    desk.stop(work)
    if !isAsked { run.cancel() }
    #expect(await run.value == .cancelled)
    #expect(processes(withKey: key).isEmpty)
  }

  @Test("a grandchild has its grace although the command obeys at once")
  func patientGrandchild() async {
    let fifo = Fifo(in: folder)
    let cleaner = "trap 'echo tidy > cleaned; exit 0' TERM; echo ready > \(fifo.path); sleep 1000 & wait $!"
    let run = Task { [folder] in await runShell("(\(cleaner)) & wait", folder: folder.path) }
    _ = await fifo.message()
    run.cancel()
    #expect(await run.value == .cancelled)
    #expect(folder.read("cleaned") == "tidy\n")
  }

  @Test("a result that comes in the grace counts")
  func lateResult() async {
    let fifo = Fifo(in: folder)
    let script = "trap 'echo \"{\\\"late\\\": true}\"; exit 0' TERM; echo ready > \(fifo.path); sleep 1000 & wait $!"
    let run = Task { await runShell(script) }
    _ = await fifo.message()
    run.cancel()
    #expect(await run.value == .completed(result: ["late": true]))
  }

  @Test("exit code 0 alone after SIGTERM is no success")
  func obedientExit() async {
    let fifo = Fifo(in: folder)
    let run = Task { await runShell("trap 'exit 0' TERM; echo ready > \(fifo.path); sleep 1000 & wait $!") }
    _ = await fifo.message()
    run.cancel()
    #expect(await run.value == .cancelled)
  }

  @Test("a task that is cancelled before starts nothing")
  func cancelledBefore() async {
    let run = Task { [folder] in
      while !Task.isCancelled { await Task.yield() }
      return await runShell("echo started > marker", folder: folder.path)
    }
    run.cancel()
    #expect(await run.value == .cancelled)
    #expect(folder.read("marker") == nil)
  }

  @Test("a process that holds the pipes open does not hold up a success, and is left alone")
  func successLeavesProcesses() async {
    let key = uniqueKey(folder)
    #expect(await runShell("sleep 1000 & echo '{\"a\": 1}'", key: key) == .completed(result: ["a": 1]))
    let left = processes(withKey: key)
    #expect(left.count == 1)
    for process in left { kill(process, SIGKILL) }
  }

  @Test("of a command that failed nothing goes on")
  func failureLeavesNothing() async {
    let key = uniqueKey(folder)
    #expect(await runShell("sleep 1000 & exit 1", key: key).failure?.code == "exit 1")
    #expect(processes(withKey: key).isEmpty)
  }

  @Test("a command that closes its output and goes on is waited for")
  func closedOutput() async {
    let fifo = Fifo(in: folder)
    let run = Task { [folder] in
      await runShell("exec >&- 2>&-; read -r line < \(fifo.path); echo done > marker", folder: folder.path)
    }
    await fifo.letGo()
    #expect(await run.value == .completed(result: [:]))
    #expect(folder.read("marker") == "done\n")
  }

  @Test("a timeout that has passed already stops the command at once")
  func noTimeAtAll() async {
    #expect(await runShell("sleep 1000", timeout: .seconds(-1)).failure?.code == "TIMEOUT")
  }
}
