import EngineCore

/// A durable token engine on one store: it takes commands, runs handlers, fires timers, and survives being killed.
///
/// The problem: an engine must answer many callers, wait for slow disks and slower handlers, and still do one thing at
/// a time. The idea: callers post messages; a thread of the engine's own takes all that has arrived, steps it, commits
/// it as one transaction, and only then starts handlers and answers callers (`EngineLoop`).
///
/// One engine per store: `start` takes the lease and fails with `.leaseHeld` while another live process has it.
public actor Engine {
  private let thread: EngineThread
  private let mailbox: Mailbox
  private let loop: EngineLoop
  private let runner: TaskRunner
  private let committer: CommitThread
  private let path: String
  private var isRunning = false
  /// What is under way to stop it; nil when nothing is.
  private var stopping: Task<Void, Never>?

  /// The engine's own thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Makes an engine; nothing is read or written before `start`.
  ///
  /// - Parameters:
  ///   - store: What it keeps everything in; only this engine may commit to it.
  ///   - handlers: The handlers that definitions name. Tokens that name others stay ready for another engine.
  ///   - holder: What the lease says of this process.
  ///   - observer: Is told of commits and of trouble, on the engine's thread.
  public init(
    store: any EngineStore, handlers: HandlerRegistry, configuration: EngineConfiguration = EngineConfiguration(),
    clock: any EngineClock, holder: LeaseHolder, observer: (any EngineObserver)? = nil
  ) {
    let thread = EngineThread()
    let committer = CommitThread(store: store)
    let mailbox = Mailbox(wake: { thread.wake() }, noteMany: { committer.noteMail() })
    let runner = TaskRunner { mailbox.post($0) }
    self.thread = thread
    self.mailbox = mailbox
    self.runner = runner
    self.committer = committer
    path = holder.path
    loop = EngineLoop(
      store: store, handlers: handlers, configuration: configuration, clock: clock, holder: holder,
      observer: observer, runner: runner, lane: committer, takeMessages: { mailbox.take($0) })
  }

  deinit {
    thread.stop()
    committer.stop()
  }

  /// Takes the lease and begins to work. Recovery goes on beside new work. While it is being stopped, that is waited
  /// for.
  ///
  /// - Parameter prepare: What must be over before the first handler runs, once the lease is held: ending what a killed
  ///   engine left running, for example.
  /// - Throws: `.leaseHeld` while another live process has the lease; whoever waits for this engine is told the same.
  ///   `.leaseLost` when it is stopped before `prepare` is over.
  public func start(before prepare: @Sendable () async -> Void = {}) async throws(StoreFailure) {
    while let stopping { await stopping.value }
    guard !isRunning else { return }
    loop.isDraining = false
    mailbox.open()
    do {
      try loop.open()
    } catch {
      refuse(with: error)
      throw error
    }
    isRunning = true
    let epoch = loop.lease?.epoch
    await prepare()
    guard isRunning, stopping == nil, loop.lease?.epoch == epoch else { throw stopped }
    thread.setTurn { [weak self] in self?.assumeIsolated { $0.loop.turn() } }
  }

  /// Stops claiming, gives running handlers a grace, commits what they report, and gives the lease back.
  ///
  /// Handlers that do not end in time are cancelled; recovery runs their steps again at the next start. One that does
  /// not heed that either is waited for as long again, and then left to itself.
  public func stop(grace: Duration = .seconds(10)) async {
    if stopping == nil, isRunning { stopping = Task { await self.comeToRest(grace) } }
    await stopping?.value
  }

  private func comeToRest(_ grace: Duration) async {
    loop.isDraining = true
    // Handlers of a batch on its way begin now or not at all: whatever begins is waited for.
    loop.landFlight()
    await runner.crews.rest(grace: grace)
    // What the handlers have reported is committed before the lease goes.
    for _ in 0...mailbox.count / EngineLoop.smallestPortion where loop.lease != nil { _ = loop.turn() }
    thread.setTurn(nil)
    loop.close()
    refuse(with: stopped)
    isRunning = false
    stopping = nil
  }

  /// Tells whoever waits for this engine that nothing comes of it.
  private func refuse(with failure: StoreFailure) {
    for case .command(_, let reply) in mailbox.close() { reply(.failed(failure)) }
  }

  /// What is said to whoever asks an engine that has stopped.
  private nonisolated var stopped: StoreFailure {
    StoreFailure(.leaseLost, path: path, "this engine has stopped: nothing was done")
  }

  /// Asks for something and waits until the answer is durable. A refusal is an answer.
  ///
  /// With an empty key the command leaves no row in the audit and cannot be repeated safely. Before `start` it waits;
  /// an engine that has stopped refuses with `.leaseLost`.
  public nonisolated func perform(_ command: OperatorCommand) async throws(StoreFailure) -> CommandAnswer {
    let reply = await withCheckedContinuation { continuation in
      if !mailbox.post(.command(command, reply: { continuation.resume(returning: $0) })) {
        continuation.resume(returning: .failed(stopped))
      }
    }
    switch reply {
    case .answered(let answer): return answer
    case .failed(let failure): throw failure
    }
  }

  /// Lets the engine look at the clock and the store now. For tests and for clocks that are set by hand.
  public nonisolated func wake() { thread.wake() }

  /// The lease that this engine holds; nil while it has lost it.
  public var lease: Lease? { loop.lease }
}
