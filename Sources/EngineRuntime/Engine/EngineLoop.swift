import EngineCore
import HeapModule

/// What decides a step: the core's `step`, or in tests of the checkers one that breaks a rule on purpose.
package typealias StepRules = (ProcessInstance, InstanceCommand, StepContext) throws(Rejection) -> Transition

/// The engine without its thread: one turn takes what has arrived, steps it, commits once, and only then tells others.
///
/// Not thread-safe: whoever owns it calls it from one place (the `Engine` actor, or a simulator that decides itself
/// what happens when). It never waits for a handler, and never for the clock.
package final class EngineLoop {
  let store: any EngineStore
  let configuration: EngineConfiguration
  let clock: any EngineClock
  let observer: (any EngineObserver)?
  let runner: any WorkRunner
  /// Where large batches are committed while the next one is gathered; nil commits all of them in the turn.
  let lane: (any CommitLane)?
  let takeMessages: (Int) -> [Message]
  let holder: LeaseHolder
  let handlers: HandlerRegistry
  let handlerNames: Set<String>
  let rules: StepRules

  package internal(set) var lease: Lease?
  /// The batch that is on its way to the disk.
  var flight: Flight?
  var cache: InstanceCache
  /// Instances that were read ahead in this turn and have not been stepped.
  var loaded: [InstanceID: ProcessInstance] = [:]
  var definitions: [DefinitionID: DeployedDefinition] = [:]
  /// The newest version per key; only this engine deploys.
  var newestDefinitions: [String: DeployedDefinition] = [:]
  var chance: ChanceSource
  var now: Timestamp
  var nextInstance: Int64 = 1
  var nextDefinition: Int64 = 1

  /// The attempts whose handlers are running, by token.
  var running: [TokenPosition: RunningWork] = [:]
  /// Earlier attempts whose handlers have been asked to stop and have yet to report, although their tokens run anew.
  var superseded: [WorkKey: RunningWork] = [:]
  /// How many of them there are.
  var use: HandlerUse
  /// When running handlers run out of time.
  var deadlines = Heap<Deadline>()
  /// Handlers that were stopped because their time was over, until what they report is on disk.
  var timedOut: Set<WorkKey> = []

  /// Ready tokens that wait for room.
  var ready = ReadyQueues()
  var shares = FairShares()
  /// A claim of this turn found no room after all: what the token needs (a probe) has another limit than its lane.
  var foundNoRoom = false
  /// Who waits in this turn for all slots (nil) and for those of each limited handler.
  var demands: [String?: PoolDemand] = [:]
  let timers: any TimerBackend
  /// Definitions that start by themselves, and when next, by key; nil when they have yet to be read.
  var startTimers: [String: [StartTimer]]?
  /// Definitions that are suspended, or whose instances are being resumed; nil when they have yet to be read.
  var holds: [DefinitionID: DefinitionHold]?
  /// An instance that goes on for a moment although its definition is suspended.
  var excepted: InstanceID?
  /// Executing tokens of older epochs still to be recovered.
  var orphanCursor: TokenPosition?
  var orphansAreDone = false
  var hasForeignCommands = true
  var outbox = OutboxState()
  var retention: RetentionSweep
  /// Whether the turn left messages where they wait.
  var mayHaveMessages = false

  /// Messages on their way.
  var desk = MessageDesk()
  /// How many messages without a name of their own have been sent: they are named by this number, for good.
  var unnamedMessages = 0

  /// What has to be tried again after the store failed, or in the next turn.
  var again: [Batch.Source] = []
  /// Whether it need not wait: only this turn was too early for some of it.
  var againIsUrgent = false
  var pausedUntil: Timestamp?
  /// Until when what could not be read of the store is left alone.
  var unreadableUntil: [Reading: Timestamp] = [:]
  var isStoreFailing = false
  /// What those are told who ask it for something while it has no lease.
  private var whyNotEngine = "another process is the engine of this store now; try again"
  var nextHeartbeat: Timestamp
  package var isDraining = false

  struct Deadline: Comparable {
    /// By the clock's elapsed time: setting the clock neither ends a handler early nor lets it run for hours.
    let at: Duration
    let work: WorkKey
    static func < (left: Deadline, right: Deadline) -> Bool {
      (left.at, left.work.instance, left.work.token) < (right.at, right.work.instance, right.work.token)
    }
  }

  package init(
    store: any EngineStore, handlers: HandlerRegistry, configuration: EngineConfiguration, clock: any EngineClock,
    holder: LeaseHolder, observer: (any EngineObserver)?, runner: any WorkRunner,
    rules: @escaping StepRules = { (instance, command, context) throws(Rejection) in
      try step(instance, command, in: context)
    },
    lane: (any CommitLane)? = nil, takeMessages: @escaping (Int) -> [Message]
  ) {
    self.rules = rules
    self.store = store
    self.handlers = handlers
    self.configuration = configuration
    self.clock = clock
    var holder = holder
    holder.publishes = configuration.publishes
    self.holder = holder
    self.observer = observer
    self.runner = runner
    self.lane = lane
    self.takeMessages = takeMessages
    timers = configuration.timerBackend?() ?? ReadAheadTimers(page: configuration.readAhead)
    handlerNames = Set(handlers.names)
    use = HandlerUse(limits: configuration.handlerLimits)
    cache = InstanceCache(capacity: configuration.cachedInstances)
    chance = ChanceSource(seed: configuration.seed)
    now = clock.now()
    nextHeartbeat = now
    retention = RetentionSweep(next: now)
  }

  /// Takes the lease and prepares recovery: costs the same whether the store holds ten or a million instances.
  package func open() throws(StoreFailure) {
    now = clock.now()
    let lease = try store.takeLease(holder, at: now)
    let highest = try store.highestIdentifiers()
    self.lease = lease
    nextInstance = highest.instance.rawValue + 1
    nextDefinition = highest.definition.rawValue + 1
    forgetEverything()
    nextHeartbeat = now + configuration.heartbeat
    observer?.noticed(.leaseTaken(epoch: lease.epoch))
  }

  /// Gives the lease back. Whoever still waits for an answer is told that there will be none.
  package func close() {
    landFlight()
    if let lease {
      self.lease = nil
      do {
        try store.releaseLease(lease, at: clock.now())
      } catch {
        observer?.noticed(.storeFailed(error))
      }
    }
    failCommands("this engine has stopped: nothing was done")
  }

  /// Waits for the batch on its way to the disk, if there is one, and does what follows from it.
  package func landFlight() {
    var none = Batch(limits: configuration.handlerLimits)
    land(&none)
  }

  /// Makes one turn; the answer is how long the next one can wait if nothing arrives before.
  package func turn() -> Duration? {
    now = clock.now()
    // A pause that is longer than any that is made: the clock was set back meanwhile.
    if let pausedUntil, now < pausedUntil, pausedUntil - now <= configuration.storeRetry { return pausedUntil - now }
    pausedUntil = nil
    guard lease != nil else { return isDraining ? nil : regainLease() }
    foundNoRoom = false
    var batch = Batch(limits: configuration.handlerLimits)
    do {
      try gather(&batch)
    } catch {
      noteStoreFailure(error)
    }
    loaded = [:]
    land(&batch)
    publishOutbox()
    if !takeOff(batch) { commit(batch) }
    beat()
    return nextWait()
  }

  private func gather(_ batch: inout Batch) throws(StoreFailure) {
    try readHolds()
    try surveyDemand()
    handleMail(&batch)
    guard lease != nil, pausedUntil == nil else { return }
    try handleForeignCommands(&batch, allowance: allowance(in: batch))
    guard configuration.runsHandlers else { return }
    try unlessUnreadable(.messages) { () throws(StoreFailure) in
      try handleMessages(&batch, allowance: allowance(in: batch))
    }
    try unlessUnreadable(.timers) { () throws(StoreFailure) in
      try fireDueTimers(&batch, allowance: allowance(in: batch))
    }
    try startWhatIsDue(&batch)
    followHolds(&batch)
    // Only a part of the batch, so that the first handlers begin in the first turn, however much there is to recover.
    try recoverOrphans(&batch, limit: max(configuration.unitsPerCommit / 4, 1))
    try claimReady(&batch, allowance: allowance(in: batch))
    try unlessUnreadable(.ends) { () throws(StoreFailure) in try sweep(&batch) }
  }

  /// What a turn reads of the store besides commands.
  enum Reading: Hashable { case messages, timers, ends }

  /// What cannot be read of one kind does not keep the other kinds from their turn; it is tried again after a rest.
  private func unlessUnreadable(
    _ kind: Reading, _ work: () throws(StoreFailure) -> Void
  ) throws(StoreFailure) {
    guard !isResting(kind) else { return }
    do {
      try work()
      unreadableUntil[kind] = nil
    } catch {
      guard error.kind == .corrupt else { throw error }
      unreadableUntil[kind] = now + configuration.retentionInterval
      observer?.noticed(.unreadable(error))
    }
  }

  private func isResting(_ kind: Reading) -> Bool {
    guard let until = unreadableUntil[kind] else { return false }
    // A rest that is longer than any that is taken: the clock was set back meanwhile.
    return now < until && until - now <= configuration.retentionInterval
  }

  /// How many units one kind of work may add to a batch: what is left, and a quarter of a whole one in any case.
  private func allowance(in batch: Batch) -> Int {
    max(configuration.unitsPerCommit - batch.items.count, configuration.unitsPerCommit / 4, 1)
  }

  /// While a batch is on its way to the disk only reports of handlers are taken up: each belongs to a unit that is
  /// durable already. Everything else, and every look into the store, waits until that batch has landed.
  private func handleMail(_ batch: inout Batch) {
    if !again.isEmpty { land(&batch) }
    guard lease != nil, pausedUntil == nil else {
      if lease == nil { failCommands() }
      return
    }
    let retried = again
    again = []
    againIsUrgent = false
    for source in retried { handle(source, &batch) }
    var later: [Message] = []
    var flights = 0
    while flight != nil {
      later += takeReports(&batch)
      flights += 1
      land(&batch, sendsNext: flights < Self.flightsPerTurn && again.isEmpty)
      now = clock.now()
    }
    guard lease != nil, pausedUntil == nil else {
      again += later.map { .message($0) }
      if lease == nil { failCommands() }
      return
    }
    for message in later { handle(.message(message), &batch) }
    takeMessages(&batch)
  }

  /// How many batches of reports alone may follow each other before everything else has its turn.
  private static let flightsPerTurn = 8

  /// Forgets all that was read ahead: the store tells it again.
  func forgetEverything() {
    cache.forgetAll()
    loaded = [:]
    newestDefinitions = [:]
    ready = ReadyQueues()
    demands = [:]
    timers.reset()
    startTimers = nil
    holds = nil
    orphanCursor = nil
    orphansAreDone = false
    hasForeignCommands = true
    desk = MessageDesk()
    outbox.isEmpty = false
    retention.stage = nil
    retention.last = nil
    retention.leaving = []
  }

  package var freeSlots: Int {
    guard configuration.runsHandlers, !isDraining else { return 0 }
    return max(configuration.concurrentHandlers - use.total - (flight?.batch.use.total ?? 0), 0)
  }

  private func nextWait() -> Duration? {
    if flight != nil { return .zero }
    if pausedUntil != nil { return configuration.storeRetry }
    guard configuration.runsHandlers else { return hasForeignCommands ? .zero : configuration.pollForeignCommits }
    if desk.isBusy && !isResting(.messages) || mayHaveMessages || hasForeignCommands || !orphansAreDone { return .zero }
    if areFollowing || canClaim && !foundNoRoom || againIsUrgent && !again.isEmpty { return .zero }
    var wait = min(configuration.pollForeignCommits, max(nextHeartbeat - now, .zero))
    if !again.isEmpty { wait = min(wait, configuration.storeRetry) }
    for due in [isResting(.timers) ? nil : timers.nextDue(), nextStart()] {
      if let due { wait = min(wait, max(due - now, .zero)) }
    }
    if let deadline = deadlines.min { wait = min(wait, max(deadline.at - clock.elapsed(), .zero)) }
    if let nextSweep, !isResting(.ends) { wait = min(wait, max(nextSweep - now, .zero)) }
    if let nextPublishing { wait = min(wait, max(nextPublishing - now, .zero)) }
    if let expiry = desk.nextExpiry, !isResting(.messages) { wait = min(wait, max(expiry - now, .zero)) }
    return wait
  }

  private func beat() {
    guard lease != nil, now >= nextHeartbeat || nextHeartbeat - now > configuration.heartbeat else { return }
    landFlight()
    guard let lease else { return }
    nextHeartbeat = now + configuration.heartbeat
    do {
      try store.renewLease(lease, at: now)
      // One is small: a disk may have room for it and for nothing else.
      if again.isEmpty { noteStoreSuccess() }
    } catch {
      if error.kind == .gone { observer?.noticed(.storeFailed(error)) }
      if error.endsLease { loseLease(error) } else { noteStoreFailure(error) }
    }
  }

  /// Another process became the engine, or the store's file is gone: nothing of what this one has at hand may be
  /// written any more.
  func loseLease(_ failure: StoreFailure? = nil) {
    guard let lost = lease else { return }
    lease = nil
    if let failure, failure.kind == .gone { whyNotEngine = failure.message }
    for (position, work) in running.sorted(by: { $0.key < $1.key }) {
      let work = WorkKey(instance: position.instance, token: position.token, attempt: work.attempt)
      // Asked only: one that is done anyway says so, in case nobody else has taken its step up.
      runner.stop(work, immediately: false)
    }
    forgetEverything()
    failCommands()
    observer?.noticed(.leaseLost(epoch: lost.epoch))
  }

  /// Whoever asks is told to come again; what handlers have reported waits, in case nobody else has taken their steps
  /// up.
  private func failCommands(_ reason: String? = nil) {
    let failure = StoreFailure(.leaseLost, path: holder.path, reason ?? whyNotEngine)
    let waiting = again + takeMessages(.max).map(Batch.Source.message)
    again = []
    for source in waiting {
      switch source {
      case .message(.command(_, let reply)): reply(.failed(failure))
      case .message(.workFinished): again.append(source)
      // What they have taken comes again: whoever is the engine now may not know of it.
      case .message(.published): outbox.isOut = false
      case .message(.archived(let receipt)):
        if receipt.portion.number == retention.portions { retention.isWithArchive = false }
      case .foreign, .timer, .startTimer, .ready, .orphan, .thrown, .buffered, .expired, .outlived, .follower,
        .oldCommands, .broken:
        break
      }
    }
  }

  private func regainLease() -> Duration? {
    failCommands()
    do {
      try open()
      return .zero
    } catch {
      // What is under its name now, if anything, is for another process to open: this one knows another store.
      if error.kind == .gone { return nil }
      // As long as another engine lives, waiting is all there is to do.
      if error.kind != .leaseHeld { observer?.noticed(.storeFailed(error)) }
      return configuration.storeRetry * 4
    }
  }

  func forgetRunning(_ work: WorkKey) {
    let position = TokenPosition(instance: work.instance, token: work.token)
    if let ended = running[position], ended.attempt == work.attempt {
      running[position] = nil
      use.add(ended.handler, of: ended.definition, times: -1)
    } else if let ended = superseded.removeValue(forKey: work) {
      use.add(ended.handler, of: ended.definition, times: -1)
    }
    runner.finished(work)
  }

  func noteStoreFailure(_ failure: StoreFailure) {
    isStoreFailing = true
    observer?.noticed(.storeFailed(failure))
    pausedUntil = now + configuration.storeRetry
  }

  /// Something has been written: what failed before works again.
  func noteStoreSuccess() {
    guard isStoreFailing else { return }
    isStoreFailing = false
    observer?.noticed(.storeRecovered)
  }
}
