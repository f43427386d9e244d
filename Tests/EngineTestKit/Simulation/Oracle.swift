import EngineCore
import EngineRuntime
import EngineStorage

/// Knows what a store must hold, and looks at every commit as it becomes durable.
///
/// It folds each unit's events on instances of its own and holds the result against the unit, against what the store
/// gives back, against the invariants of the engine's page, and against what the outside world has really done: which
/// handlers reported what, which fencing numbers were used, which lease is the newest.
final class Oracle {
  /// One instance as its history says.
  struct Known {
    var instance: ProcessInstance
    let definition: ProcessDefinition
    var rules: HistoryRules
    var history: [[HistoryEntry]] = []
  }

  /// A task's outcome that somebody reported under a fencing number.
  struct Report: Hashable {
    let instance: InstanceID
    let token: TokenID
    let fence: Int?
  }

  let reader: any EngineStore
  let clock: SimulatedClock
  /// What the engines of this life are told to do with what is published and what has ended.
  let house: SimulatedHouse
  /// Looked up by number; walked in the order of `ids`.
  private(set) var known: [InstanceID: Known] = [:]
  private(set) var ids: [InstanceID] = []
  private(set) var epoch: Int64 = 0
  private(set) var violations: [String] = []
  private(set) var units = 0
  private(set) var commits = 0
  /// Attempts whose handlers have reported success.
  var successes: Set<WorkKey> = []
  /// Under what work was said to go on elsewhere.
  var references: Set<String> = []
  /// Successes of tasks.
  var taskSuccesses: Set<Report> = []
  private var begun: Set<WorkKey> = []
  private var keys: [TokenPosition: String] = [:]
  private var businessKeys: Set<String> = []
  private var made: Set<InstanceID> = []
  /// The highest number of an instance before the commit at hand.
  private var highestBefore = InstanceID(0)
  /// What was chosen to be published; of deleted instances too.
  var publications: [InstanceID: Publication] = [:]
  var mail = Mail()
  /// Definitions that are suspended, or whose instances are being resumed.
  var holds: [DefinitionID: DefinitionHold] = [:]
  /// All versions that were deployed, in order.
  var deployments: [DeployedDefinition] = []
  /// When processes start by themselves next, by key.
  var startTimers: [String: [StartTimer]] = [:]
  /// The versions in which instances were exported last.
  var archive: [InstanceID: Int64] = [:]

  init(reader: any EngineStore, clock: SimulatedClock, house: SimulatedHouse) {
    self.reader = reader
    self.clock = clock
    self.house = house
  }

  func find(_ sentence: String) { violations.append(sentence) }

  var instances: [ProcessInstance] { ids.compactMap { known[$0]?.instance } }

  func tookLease(_ lease: Lease) {
    if lease.epoch <= epoch { find("the lease was taken with epoch \(lease.epoch) after epoch \(epoch)") }
    epoch = max(epoch, lease.epoch)
  }

  func committed(_ writes: [StoreWrite], _ results: [WriteResult], _ lease: Lease) {
    commits += 1
    highestBefore = made.max() ?? highestBefore
    if results.contains(.committed), lease.epoch != epoch {
      find("epoch \(lease.epoch) committed after epoch \(epoch) was taken")
    }
    let written = zip(writes, results).filter { $0.1 == .committed }.map(\.0)
    let isAboutMail = concernsMail(written)
    let before = isAboutMail ? openSubscriptions() : [:]
    var touched: [InstanceID] = []
    for write in written { note(write, in: [write], lease, &touched) }
    if isAboutMail { checkMail(written, before: before) }
    for id in touched {
      compareWithStore(id)
      for token in known[id]?.instance.tokens ?? [] {
        guard case .child(let child)? = token.wait, known[child] == nil else { continue }
        find("token \(token.id) of instance \(id) waits for instance \(child), which there is not")
      }
    }
  }

  /// - Parameter whole: Everything that stands or falls with the write.
  private func note(
    _ write: StoreWrite, in whole: [StoreWrite], _ lease: Lease, _ touched: inout [InstanceID]
  ) {
    switch write {
    case .unit(let unit):
      note(unit, lease)
      if !touched.contains(unit.instance.id) { touched.append(unit.instance.id) }
    case .deletion(let id, let command):
      guard let known = known[id] else { return }
      if !known.instance.state.isEnd { find("instance \(id) was deleted while it was \(known.instance.state.name)") }
      if command == nil { checkExpiry(of: known) }
      self.known[id] = nil
      ids.removeAll { $0 == id }
    case .together(let parts):
      noteStarts(in: parts)
      for part in parts { note(part, in: parts, lease, &touched) }
    case .startTimers(let key, let timers): noteStartTimers(key, timers, startedIn: whole)
    case .hold(let hold, _): holds[hold.definition] = hold.isOver ? nil : hold
    case .deployment(let deployed, _): deployments.append(deployed)
    case .decision, .message, .published, .forgottenCommands: break
    }
  }

  private func note(_ unit: UnitOfWork, _ lease: Lease) {
    units += 1
    let id = unit.instance.id
    guard var known = known[id] ?? begin(unit) else { return }
    if unit.expectedVersion != known.instance.version || unit.instance.version != unit.expectedVersion + 1 {
      find("instance \(id) went from version \(known.instance.version) to \(unit.instance.version)")
    }
    // Every start that is asked for in a simulation has a business key of its own.
    if unit.expectedVersion == 0, unit.instance.parent == nil, let key = unit.instance.businessKey,
      !businessKeys.insert(key).inserted
    {
      find("the start of \(key) was done twice")
    }
    if unit.expectedVersion == 0, let command = unit.command?.command, case .send = command.verb, !command.key.isEmpty {
      noteStart(by: command.key)
    }
    if unit.entries.isEmpty { find("a unit of instance \(id) has no events") }
    let before = known.instance
    for entry in unit.entries {
      known.rules.note(entry, before: known.instance)
      check(entry, unit, known, before, lease)
      do throws(Rejection) {
        try apply(entry, to: &known.instance)
      } catch {
        find("instance \(id): event \(entry.sequence) cannot be applied: \(error)")
      }
    }
    known.instance.version = unit.instance.version
    known.history.append(unit.entries)
    for sentence in known.rules.endUnit(after: known.instance) { find("instance \(id): \(sentence)") }
    if known.instance != unit.instance { find("instance \(id): its history does not fold to what was committed") }
    for sentence in known.instance.brokenInvariants(epoch: lease.epoch) { find("instance \(id): \(sentence)") }
    if before.state.isEnd, before.state != .completed, known.instance.state != before.state {
      find("instance \(id): its end changed from \(before.state.name) to \(known.instance.state.name)")
    }
    self.known[id] = known
    notePublished(unit, known.definition)
  }

  private func begin(_ unit: UnitOfWork) -> Known? {
    let instance = unit.instance
    let empty = ProcessInstance(id: instance.id, definition: instance.definition, createdAt: instance.createdAt)
    guard let deployed = (try? reader.loadDefinition(instance.definition)) ?? nil else {
      find("instance \(instance.id) runs definition \(instance.definition), which is not stored")
      return nil
    }
    // Of those that one commit makes, the one that was called first may be written last: it called the others.
    if highestBefore >= instance.id || !made.insert(instance.id).inserted {
      find("instance \(instance.id) was made after instance \(max(highestBefore, instance.id))")
    }
    ids.append(instance.id)
    return Known(
      instance: empty, definition: deployed.definition, rules: HistoryRules(definition: deployed.definition))
  }

  private func compareWithStore(_ id: InstanceID) {
    do {
      let stored = try reader.loadInstance(id)
      if stored != known[id]?.instance { find("instance \(id): what is stored is not what was committed") }
      // What engines have written is never taken for damaged.
      if let known = known[id], let problem = known.instance.mismatch(in: known.definition) {
        find("instance \(id) looks damaged: \(problem)")
      }
      if stored?.isCorrupted == true { find("instance \(id) was marked as corrupted") }
    } catch {
      find("instance \(id) cannot be read: \(error)")
    }
  }

  /// A handler begins: only now, only if its step is on disk, and only if its engine runs fewer than it may.
  ///
  /// - Parameter running: What the same engine runs already.
  func began(_ work: WorkKey, _ context: ActivityContext, besides running: [SimulatedEngine.Work], slots: Int) {
    checkLimits(work, running, slots)
    let token = known[work.instance]?.instance.token(work.token)
    if token?.state != .executing || token?.attempt != work.attempt {
      find("the handler of \(work) began, but that attempt is not on disk")
    }
    if let token, token.epoch != context.epoch { find("the handler of \(work) began under another epoch") }
    if !begun.insert(work).inserted { find("the handler of \(work) began twice") }
    let position = TokenPosition(instance: work.instance, token: work.token)
    if let key = keys[position], key != context.idempotencyKey { find("\(work) has another idempotency key") }
    keys[position] = context.idempotencyKey
  }
}
