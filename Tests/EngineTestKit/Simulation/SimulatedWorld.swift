import EngineCore
import EngineRuntime
import EngineStorage

/// Everything around the engine: the clock, the disk, handlers, workers, people and operators, all from one seed.
final class SimulatedWorld {
  /// How likely each kind of trouble is in this life, in percent of the occasions.
  struct Weather {
    var failedCommits = 0
    var lostReplies = 0
    var crashes = 0
    var failedReads = 0
    var clockJumps = 0
    var takeovers = 0
    var operators = 0
    var failures = 0
    var sinkFailures = 0
  }

  let seed: UInt64
  var chance: SeededSource
  let clock = SimulatedClock()
  let house: SimulatedHouse
  let oracle: Oracle
  let stores: StoreUnderTest
  let mutant: EngineMutant?
  let isTraced: Bool
  var weather = Weather()
  var isCalm = false
  /// The engines that live; the first one is turned to most.
  var engines: [SimulatedEngine] = []
  var enginesMade = 0
  /// What handlers have reported, for reporting it again.
  var reported: [(WorkKey, WorkOutcome)] = []
  /// How often work was said to go on elsewhere.
  var references = 0
  /// Handlers of dead engines, which may still report.
  var leftOver: [SimulatedEngine.Work] = []
  /// What workers hold, as they were told.
  var locks: [HeldTask] = []
  var posted: [PostedCommand] = []
  /// Rows of commands that came from outside.
  var rows: [Int64] = []
  var commands = 0
  var processes: [String] = []
  /// What instances of a process start with, by its key.
  var variables: [String: Context] = [:]
  var definitions: [String] = []
  var counts: [String: Int] = [:]
  var trace: [String] = []
  var generator: WildProcess

  /// A task as a worker was given it.
  struct HeldTask {
    let instance: InstanceID
    let token: TokenID
    let fence: Int
  }

  init(seed: UInt64, on stores: StoreUnderTest, mutant: EngineMutant?, isTraced: Bool) {
    self.seed = seed
    self.stores = stores
    self.mutant = mutant
    self.isTraced = isTraced
    chance = SeededSource(state: seed)
    generator = WildProcess(seed: seed ^ 0x5A6A_7031)
    house = SimulatedHouse(from: &chance)
    oracle = Oracle(reader: stores.engine, clock: clock, house: house)
  }

  func roll(_ range: ClosedRange<Int>) -> Int { chance.roll(range) }
  func happens(_ percent: Int) -> Bool { chance.happens(percent) }

  func note(_ kind: String, _ sentence: @autoclosure () -> String = "") {
    counts[kind, default: 0] += 1
    if isTraced { trace.append("\(clock.now().iso8601) \(kind) \(sentence())") }
  }

  var hasFailed: Bool { !oracle.violations.isEmpty }

  var result: SimulationResult {
    SimulationResult(
      seed: seed, violations: oracle.violations, commits: oracle.commits, units: oracle.units, counts: counts,
      trace: trace, definitions: definitions)
  }

  /// The whole life: trouble, then calm.
  func live() throws {
    weather = makeWeather()
    revive()
    deploy(generator.make(WildProcess.called))
    for _ in 0..<roll(1...3) { deploy(makeProcess()) }
    for _ in 0..<roll(1...4) { start() }
    for _ in 0..<Simulation.moments where !hasFailed { try moment() }
    if !hasFailed { try calmDown() }
    for engine in engines { engine.kill() }
  }

  /// Half of the trouble in some lives, all of it in others, none in a few.
  private func makeWeather() -> Weather {
    func some(_ most: Int) -> Int { happens(60) ? roll(1...most) : 0 }
    return Weather(
      failedCommits: some(12), lostReplies: some(8), crashes: some(6), failedReads: some(3), clockJumps: some(40),
      takeovers: some(40), operators: some(100), failures: some(60), sinkFailures: some(50))
  }

  // MARK: Engines

  /// Makes an engine and lets it take the lease; when it cannot it tries again in its turns.
  func revive() {
    enginesMade += 1
    let name = enginesMade % 2 == 0 ? "there" : "here"
    guard let handle = try? stores.another() else { return oracle.find("the store cannot be opened again") }
    let store = FaultyStore(handle)
    store.nextFault = { [unowned self] in nextFault() }
    store.readFails = { [unowned self] in !isCalm && happens(weather.failedReads) && happens(20) }
    store.beforeTakingLease = { [unowned self, unowned store] in
      for engine in engines where engine.store !== store { engine.store.releaseHost() }
    }
    store.tookLease = { [unowned self] in oracle.tookLease($0) }
    store.committed = { [unowned self] in committed($0, $1, $2) }
    let limits = (
      slots: [1, 2, 4, 64][roll(0...3)], ahead: [2, 5, 2_000][roll(0...2)], units: [3, 1_000][roll(0...1)],
      published: [2, 20, 200][roll(0...2)], portion: [1, 2, 20][roll(0...2)]
    )
    let engine = SimulatedEngine(
      name, store: store, clock: clock, handlers: Self.registry, seed: chance.next(),
      limits: { configuration in
        configuration.concurrentHandlers = limits.slots
        configuration.readAhead = limits.ahead
        configuration.unitsPerCommit = limits.units
        configuration.publishedPerBatch = limits.published
        configuration.retentionPortion = limits.portion
        house.setUp(&configuration)
      }, rules: mutant?.rules ?? EngineMutant.truth, lane: makeLane(store))
    engine.began = { [unowned self, unowned engine] in
      note("handler begins", "\($0.instance)/\($0.token) \($1.node) attempt \($0.attempt)")
      oracle.began($0, $1, besides: engine.works, slots: limits.slots)
      return oracle.handler(of: $0)
    }
    mutant?.prepare(store, engine)
    engines.append(engine)
    note("engine made", "\(name) \(enginesMade)")
    try? engine.loop?.open()
  }

  /// Most engines commit beside their turns, as the real one does.
  private func makeLane(_ store: FaultyStore) -> SimulatedLane? {
    guard happens(70) else { return nil }
    let batches = (smallest: roll(1...3), good: [1, 4, 1_000][roll(0...2)])
    return SimulatedLane(store, smallestBatch: batches.smallest, goodBatch: batches.good) { [unowned self] in
      happens(40)
    }
  }

  private static let registry: HandlerRegistry = {
    var registry = HandlerRegistry()
    for name in WildProcess.handlers + RandomProcess.handlers {
      registry.register(name) { _ in .completed(result: .null) }
    }
    return registry
  }()

  private func nextFault() -> CommitFault {
    guard !isCalm else { return .none }
    if happens(weather.failedCommits) { return noted(.failed, "commit fails") }
    if happens(weather.lostReplies) { return noted(.lostReply, "reply of commit lost") }
    if happens(weather.crashes) {
      return happens(50) ? noted(.crashBefore, "crash before commit") : noted(.crashAfter, "crash after commit")
    }
    return .none
  }

  private func noted(_ fault: CommitFault, _ kind: String) -> CommitFault {
    note(kind)
    return fault
  }

  private func committed(_ writes: [StoreWrite], _ results: [WriteResult], _ lease: Lease) {
    oracle.committed(writes, results, lease)
    guard isTraced else { return }
    for (write, result) in zip(writes, results) { tell(write, result) }
  }

  private func tell(_ write: StoreWrite, _ result: WriteResult) {
    switch write {
    case .unit(let unit):
      trace.append("  instance \(unit.instance.id) version \(unit.instance.version): \(result)")
      for entry in unit.entries { trace.append("    \(entry.sequence) \(entry.event)") }
    case .deployment(let deployed, _): trace.append("  deployed \(deployed.title): \(result)")
    case .deletion(let id, _): trace.append("  deleted \(id): \(result)")
    case .published(let id): trace.append("  published through \(id): \(result)")
    case .forgottenCommands(let rows): trace.append("  forgot \(rows.count) commands: \(result)")
    case .decision(let record): trace.append("  decided \(record.command.key): \(result)")
    case .message(let message, _): trace.append("  \(message): \(result)")
    case .hold(let hold, _): trace.append("  \(hold): \(result)")
    case .startTimers(let key, let timers): trace.append("  \(key) starts at \(timers.map(\.due)): \(result)")
    case .together(let parts): for part in parts { tell(part, result) }
    }
  }

  /// Lets one engine make a turn; if it dies in it, another one takes its place now or later.
  @discardableResult
  func turn(_ index: Int) -> Duration? {
    let engine = engines[index]
    let wait = engine.loop?.turn()
    if engine.store.isCrashed { bury(index) }
    return wait
  }

  func bury(_ index: Int) {
    let engine = engines.remove(at: index)
    note("engine dies", engine.name)
    for command in posted where command.engine === engine { command.isLost = true }
    loseDeliveries(of: engine)
    leftOver += engine.works
    if leftOver.count > 20 { leftOver.removeFirst(leftOver.count - 20) }
    engine.kill()
  }
}
