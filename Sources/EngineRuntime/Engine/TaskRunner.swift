import DequeModule
import EngineCore
import Glibc
import Synchronization

/// Runs handlers on the shared pool.
///
/// Starting a task for each handler costs more than most handlers do: a queue, a wake-up, a thread change, and all of
/// it again for the report. So as many crews as there are processors take handlers from one queue and begin them where
/// they are. One that is done without waiting has cost a task's memory and no more; one that waits goes on by itself as
/// any task does. A handler that blocks its thread holds up one crew, as it would hold up one thread of the pool.
final class TaskRunner: WorkRunner {
  let crews: HandlerCrews
  // Used only by the engine's thread.
  private var gathered: [HandlerCrews.Job] = []

  init(report: @escaping @Sendable (Message) -> Void) { crews = HandlerCrews(report: report) }

  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    let context = context.hearing(at: crews.stops, notingAt: crews.notes, as: work)
    gathered.append(HandlerCrews.Job(work: work, handler: handler, context: context))
    // The first of many begin while the last are still being looked up.
    if gathered.count >= 64 { startGathered() }
  }

  func startGathered() {
    guard !gathered.isEmpty else { return }
    crews.begin(gathered)
    gathered.removeAll(keepingCapacity: true)
  }

  func stop(_ work: WorkKey, immediately: Bool) { crews.cancel(work, immediately: immediately) }

  func finished(_ work: WorkKey) { crews.forget(work) }

  func publish(_ events: [PublishedEvent], to sink: any EventSink) {
    guard let last = events.last?.id else { return }
    crews.runBeside {
      do throws(SinkFailure) {
        try await sink.publish(events)
        return .published(SinkReceipt(last: last))
      } catch {
        return .published(SinkReceipt(last: last, failure: error))
      }
    }
  }

  func archive(_ instances: [ArchivedInstance], as portion: ArchivePortion, in archive: any InstanceArchive) {
    crews.runBeside {
      do throws(ArchiveFailure) {
        try await archive.keep(instances)
        return .archived(ArchiveReceipt(portion))
      } catch {
        return .archived(ArchiveReceipt(portion, failure: error))
      }
    }
  }
}

/// The queue of handlers, and who works on it.
final class HandlerCrews: Sendable {
  /// A handler that is to be run.
  struct Job: Sendable {
    let work: WorkKey
    let handler: any ActivityHandler
    let context: ActivityContext
  }

  private struct State {
    var waiting = Deque<Job>()
    var crews = 0
    /// Handlers that have been begun or wait to be, and what runs beside them, as long as they have not reported.
    var unreported = 0
    /// What runs beside the handlers, by a counter.
    var beside: [Int: Task<Void, Never>] = [:]
    var begunBeside = 0
    /// Those that did not end where they began.
    var tasks: [WorkKey: Task<Void, Never>] = [:]
    /// Those that were stopped while they waited to begin, or before it was known that they go on by themselves.
    var stopped: Set<WorkKey> = []
    /// Whether all are stopped, those that begin from here on too.
    var isEnding = false
    var resting: [CheckedContinuation<Void, Never>] = []

    func isStopped(_ work: WorkKey) -> Bool { isEnding || (!stopped.isEmpty && stopped.contains(work)) }
  }

  /// How far a handler has come when the crew looks up again.
  private enum Progress {
    case running
    case done(WorkOutcome)
    case onItsOwn

    var outcome: WorkOutcome? {
      if case .done(let outcome) = self { outcome } else { nil }
    }
  }

  private final class Run: Sendable {
    let progress = Mutex(Progress.running)
  }

  private static let crewLimit = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)

  /// Where handlers hear that they are to stop at once.
  let stops = StopDesk()
  /// Where they leave what they say beside their outcome.
  let notes = NoteDesk()
  private let state = Mutex(State())
  private let report: @Sendable (Message) -> Void

  init(report: @escaping @Sendable (Message) -> Void) { self.report = report }

  func begin(_ jobs: [Job]) {
    let wanted = state.withLock { state in
      state.waiting.append(contentsOf: jobs)
      state.unreported += jobs.count
      let wanted = min(Self.crewLimit - state.crews, state.waiting.count)
      state.crews += max(wanted, 0)
      return wanted
    }
    guard wanted > 0 else { return }
    for _ in 0..<wanted { Task.detached { self.work() } }
  }

  /// Runs something that is not a handler in a task of its own.
  func runBeside(_ body: @escaping @Sendable () async -> Message) {
    state.withLock { state in
      state.unreported += 1
      state.begunBeside += 1
      let number = state.begunBeside
      state.beside[number] = Task.detached {
        let message = await body()
        self.finish(message) { $0.beside[number] = nil }
      }
    }
  }

  func cancel(_ work: WorkKey, immediately: Bool = false) {
    // First, so that a handler which is only asked to stop has not begun to tidy up.
    if immediately { stops.stop(work) }
    state.withLock { state in
      if let task = state.tasks[work] { task.cancel() } else { state.stopped.insert(work) }
    }
  }

  /// Waits until every handler has reported; those that have not after a grace are cancelled, and those that have not
  /// after another one are waited for no longer.
  func rest(grace: Duration) async {
    let watch = Task.detached {
      do {
        try await Task.sleep(for: grace)
        self.cancelAll()
        try await Task.sleep(for: max(grace, Self.shortestGrace))
        self.giveUp()
      } catch {
        // All have reported.
      }
    }
    await whenAllHaveReported()
    watch.cancel()
  }

  /// Cancelled handlers have at least so long to end what they are doing.
  private static let shortestGrace = Duration.seconds(1)

  private func giveUp() {
    let resting = state.withLock { state in
      defer { state.resting = [] }
      return state.resting
    }
    for continuation in resting { continuation.resume() }
  }

  private func cancelAll() {
    state.withLock { state in
      state.isEnding = true
      for work in state.tasks.keys.sorted(by: { $0.token < $1.token }) { state.tasks[work]?.cancel() }
      for number in state.beside.keys.sorted() { state.beside[number]?.cancel() }
    }
  }

  /// The engine has taken the report up.
  func forget(_ work: WorkKey) {
    stops.forget(work)
    state.withLock { state in
      if !state.stopped.isEmpty { state.stopped.remove(work) }
    }
  }

  private func whenAllHaveReported() async {
    await withCheckedContinuation { continuation in
      let isResting = state.withLock { state in
        if state.unreported > 0 { state.resting.append(continuation) }
        return state.unreported == 0
      }
      if isResting { continuation.resume() }
    }
    state.withLock { $0.isEnding = false }
  }

  /// What one crew does until nothing waits any more.
  private func work() {
    while true {
      let (job, isStopped) = state.withLock { state in
        guard let job = state.waiting.popFirst() else {
          state.crews -= 1
          return (Job?.none, false)
        }
        return (job, state.isStopped(job.work))
      }
      guard let job else { return }
      if isStopped { beginCancelled(job) } else { begin(job) }
    }
  }

  private func begin(_ job: Job) {
    let run = Run()
    let task = Task.immediate {
      let outcome = await job.handler.execute(job.context)
      let isOnItsOwn = run.progress.withLock { progress in
        if case .onItsOwn = progress { return true }
        progress = .done(outcome)
        return false
      }
      if isOnItsOwn { self.finish(job.work, outcome) }
    }
    if let outcome = run.progress.withLock({ $0.outcome }) {
      finish(job.work, outcome)
      return
    }
    // Both locks, so that it can only end before this or after it.
    let outcome = state.withLock { state in
      run.progress.withLock { progress -> WorkOutcome? in
        if let outcome = progress.outcome { return outcome }
        progress = .onItsOwn
        state.tasks[job.work] = task
        if state.isStopped(job.work) { task.cancel() }
        return nil
      }
    }
    if let outcome { finish(job.work, outcome) }
  }

  /// Stopped before it began: it begins all the same, and finds itself cancelled.
  private func beginCancelled(_ job: Job) {
    state.withLock { state in
      let task = Task.detached { self.finish(job.work, await job.handler.execute(job.context)) }
      task.cancel()
      state.tasks[job.work] = task
    }
  }

  private func finish(_ work: WorkKey, _ outcome: WorkOutcome) {
    finish(.workFinished(work, outcome, note: notes.take(of: work))) { state in
      if !state.tasks.isEmpty { state.tasks[work] = nil }
    }
  }

  private func finish(_ message: Message, _ forget: (inout State) -> Void) {
    report(message)
    let resting = state.withLock { state in
      forget(&state)
      state.unreported -= 1
      guard state.unreported == 0 else { return [CheckedContinuation<Void, Never>]() }
      defer { state.resting = [] }
      return state.resting
    }
    for continuation in resting { continuation.resume() }
  }
}
