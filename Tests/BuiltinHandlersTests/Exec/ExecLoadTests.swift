import EngineCore
import Glibc
import Testing

@testable import BuiltinHandlers

/// In processes of their own, so that nothing else opens descriptors or has children while they count.
@Suite("Many commands", .timeLimit(.minutes(3)))
struct ExecLoadTests {
  @Test("hundreds of runs leave no file descriptor and no zombie behind")
  func nothingLeaks() async {
    await #expect(processExitsWith: .success) {
      func runAll(_ count: Int, argv: [String], timeout: Duration? = nil) async {
        let runner = ExecProtocol(grace: .milliseconds(100))
        await withTaskGroup(of: Void.self) { tasks in
          for _ in 0..<count {
            tasks.addTask { _ = await runner.run(argv: argv, context: testContext(timeout: timeout)) }
          }
        }
      }
      // What is made once for all (epoll, worker threads) is made here.
      await runAll(20, argv: ["/bin/true"])
      let before = SmallFile.names(in: "/proc/self/fd").count
      await runAll(200, argv: ["/bin/true"])
      await runAll(50, argv: ["/no/such/command"])
      await runAll(20, argv: ["/bin/sleep", "1000"], timeout: .milliseconds(10))
      // Cancelled dispatch sources close their descriptors a moment later.
      let clock = ContinuousClock()
      let deadline = clock.now + .seconds(20)
      while SmallFile.names(in: "/proc/self/fd").count > before, clock.now < deadline { await Task.yield() }
      precondition(SmallFile.names(in: "/proc/self/fd").count <= before, "descriptors leak")
      var information = siginfo_t()
      precondition(waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == ECHILD, "zombies")
    }
  }

  @Test("commands that wait take no thread of the cooperative pool")
  func poolIsFree() async {
    let folder = TestFolder()
    let start = Fifo(in: folder, name: "start")
    let runner = ExecProtocol()
    await withTaskGroup(of: WorkOutcome.self) { tasks in
      for _ in 0..<40 {
        tasks.addTask {
          await runner.run(argv: ["/bin/sh", "-c", "cat \(start.path)"], context: testContext())
        }
      }
      // This runs on the pool, while all of them wait.
      for _ in 0..<100 { await Task.detached {}.value }
      let opener = Task.detached {
        // Whoever opens the pipe later than a writer closed it waits for the next one.
        while !Task.isCancelled { await start.letGo() }
      }
      for await outcome in tasks { #expect(outcome == .completed(result: [:])) }
      opener.cancel()
      let last = open(start.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      await opener.value
      close(last)
    }
  }

  @Test("no more commands run at the same time than the limit says")
  func concurrencyLimit() async {
    let folder = TestFolder()
    let runner = ExecProtocol(concurrency: 1)
    let script = "mkdir alone || exit 9; rmdir alone"
    let outcomes = await withTaskGroup(of: WorkOutcome.self) { tasks in
      for _ in 0..<20 {
        tasks.addTask {
          await runner.run(argv: ["/bin/sh", "-c", script], folder: folder.path, context: testContext())
        }
      }
      return await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes == Array(repeating: .completed(result: [:]), count: 20))
  }

  @Test("a command that waits for its turn can be cancelled")
  func cancelledInLine() async {
    let slots = CommandSlots(1)
    #expect(await slots.acquire())
    let waiting = Task { await slots.acquire() }
    waiting.cancel()
    #expect(await waiting.value == false)
    slots.release()
    #expect(await slots.acquire())
  }

  @Test("without file descriptors a command fails and may be retried")
  func noDescriptors() async {
    await #expect(processExitsWith: .success) {
      let runner = ExecProtocol()
      // Whatever the tests beside this one have handed down stays open: 64 descriptors beyond that are enough.
      let highest = (0..<CInt(4096)).last { fcntl($0, F_GETFD) != -1 } ?? 2
      var limit = rlimit(rlim_cur: rlim_t(highest) + 64, rlim_max: rlim_t(highest) + 64)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      var taken: [CInt] = []
      while case let descriptor = open("/", O_RDONLY), descriptor >= 0 { taken.append(descriptor) }
      let outcome = await runner.run(argv: ["/bin/true"], context: testContext())
      for descriptor in taken { close(descriptor) }
      precondition(outcome.failure?.code == "NOT_STARTED" && outcome.failure?.isRetryable == true, "\(outcome)")
      let next = await runner.run(argv: ["/bin/true"], context: testContext())
      precondition(next == .completed(result: [:]), "\(next)")
    }
  }
}
