import EngineCore

/// Grows blocks from a seed.
struct ProcessGrowth {
  var source: SeededSource
  private var lastNumber = 0
  /// The variables that scripts count.
  private(set) var counters: [String] = []
  /// How many subprocesses may still be put into each other.
  static let depth = 3
  /// Whether there is a loop around, in the same scope, and whether branches run at the same time inside of it: there
  /// an inclusive join waits for more than its own branches, since those beside it can come round to it.
  var isInLoop = false
  var isInBranchesOfLoop = false
  /// Whether branches run at the same time anywhere around.
  var isInBranches = false
  /// Whether there is an inclusive choice around, in the same scope: its join does not wait for a branch that is on its
  /// way to an end of its own.
  var isInInclusive = false

  /// Whether there is a transaction around, and whether something in it cancels it.
  var isInTransaction = false
  var hasCancelled = false
  /// Whether there is an event subprocess around.
  var isInHandler = false
  let hasEvents: Bool
  /// What all its names begin with, so that different processes have different ones.
  let prefix: String
  /// The processes that it may call.
  let callees: [CalledProcess]

  init(seed: UInt64, hasEvents: Bool, prefix: String = "", callees: [CalledProcess] = []) {
    source = SeededSource(state: seed)
    self.hasEvents = hasEvents
    self.prefix = prefix
    self.callees = callees
    // Called processes run beside their callers.
    isInBranches = !prefix.isEmpty
  }

  mutating func process(size: Int?) -> ScopeBlock {
    let saga = saga()
    var root = ScopeBlock(id: "", body: sequence(size ?? Int.random(in: 2...9, using: &source), depth: 0), saga: saga)
    root.handlers = handlers(depth: 0)
    return root
  }

  mutating func saga() -> SagaPolicy {
    let scopes: [SagaScope] = [.none, .local, .global, .global]
    return SagaPolicy(
      scope: scopes.randomElement(using: &source) ?? .none, onCompensationFailure: chance(0.25) ? .continue : .halt)
  }

  // MARK: Chance

  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &source) < share }

  mutating func name(_ stem: String) -> String {
    lastNumber += 1
    return "\(prefix)\(stem)\(lastNumber)"
  }

  mutating func variable() -> String { RandomProcess.names.randomElement(using: &source) ?? "a" }

  mutating func code() -> String { RandomProcess.codes.randomElement(using: &source) ?? "E1" }

  /// So fine that two timers hardly ever fall due at the same moment.
  mutating func duration(_ seconds: ClosedRange<Int64>) -> Duration {
    .microseconds(Int64.random(in: seconds.lowerBound * 1_000_000...seconds.upperBound * 1_000_000, using: &source))
  }

  mutating func condition() -> ConditionBlock {
    ConditionBlock(variable: variable(), limit: Int.random(in: 1..<RandomProcess.values, using: &source))
  }

  // MARK: Blocks

  /// One block after another, with about `size` pieces of work in all.
  mutating func sequence(_ size: Int, depth: Int) -> ProcessBlock {
    var blocks: [ProcessBlock] = []
    var left = size
    repeat {
      let share = left <= 1 ? 1 : Int.random(in: 1...left, using: &source)
      blocks.append(block(share, depth: depth))
      left -= share
    } while left > 0
    return blocks.count == 1 ? blocks[0] : .sequence(blocks)
  }

  mutating func block(_ size: Int, depth: Int) -> ProcessBlock {
    guard size > 1 else { return small(depth: depth) }
    switch Int.random(in: 0..<10, using: &source) {
    case 0..<2: return parallel(size, depth: depth)
    case 2 where !isInBranchesOfLoop: return inclusive(size, depth: depth)
    case 2..<5: return choice(size, depth: depth)
    case 5: return loop(size, depth: depth)
    case 6..<9 where depth < Self.depth: return .scope(scope(size, depth: depth))
    default: return sequence(size, depth: depth)
    }
  }

  mutating func small(depth: Int) -> ProcessBlock {
    switch Int.random(in: 0..<12, using: &source) {
    case 0: return .pause(id: name("pause"), duration(1...30))
    case 1:
      let id = name("count")
      counters.append("\(id)_times")
      return .count(id: id, variable: "\(id)_times")
    case 2 where !isInInclusive: return exit()
    case 3...4 where hasEvents: return event(depth: depth)
    case 5 where !callees.isEmpty: return .call(call(depth: depth))
    default: return .work(work(depth: depth, mayHaveEvents: true))
    }
  }

  /// A branch that may end its scope, and one that goes on.
  mutating func exit() -> ProcessBlock {
    let before = ProcessBlock.work(work(depth: 0, mayHaveEvents: false))
    let end = end()
    let on = ProcessBlock.work(work(depth: 0, mayHaveEvents: false))
    return .choice(
      ChoiceBlock(
        id: name("exit"), branches: [(condition: condition(), way: .sequence([before, end]))], otherwise: on))
  }

  private mutating func end() -> ProcessBlock {
    if isInTransaction, !hasCancelled || chance(0.3) {
      hasCancelled = true
      return .cancel(id: name("cancel"))
    }
    return chance(0.7) ? .raise(id: name("raise"), code: code()) : .stop(id: name("stop"))
  }

  mutating func work(depth: Int, mayHaveEvents: Bool) -> WorkBlock {
    let doers: [WorkBlock.Doer] = [.handler, .handler, .handler, .handler, .worker, .person]
    var work = WorkBlock(id: name("work"), doer: doers.randomElement(using: &source) ?? .handler)
    if chance(0.7) { work.variable = variable() }
    if chance(0.4) {
      work.attempts = Int.random(in: 2...3, using: &source)
      work.backoff = duration(1...5)
    }
    if chance(0.6) { work.undo = undo() }
    if mayHaveEvents { work.events = events(depth: depth) }
    return work
  }

  mutating func undo() -> UndoBlock {
    var undo = UndoBlock()
    if chance(0.3) {
      undo.attempts = 2
      undo.backoff = duration(1...5)
    }
    if chance(0.4) { undo.variable = variable() }
    return undo
  }

  mutating func events(depth: Int) -> [EventBlock] {
    var events: [EventBlock] = []
    if chance(0.2) {
      let code = chance(0.7) ? code() : nil
      events.append(EventBlock(id: name("error"), trigger: .error(code: code), way: way(depth: depth)))
    }
    if chance(0.15) {
      let isInterrupting = chance(0.5)
      events.append(
        EventBlock(
          id: name("timer"), trigger: .timer(duration(1...20)), isInterrupting: isInterrupting,
          way: way(depth: depth)))
    }
    return hasEvents ? events + outsideEvents(depth: depth) : events
  }

  /// What stands behind a boundary event.
  mutating func way(depth: Int) -> ProcessBlock { .work(work(depth: depth, mayHaveEvents: false)) }

  mutating func parallel(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("fork")
    let count = min(size, Int.random(in: 2...3, using: &source))
    return .parallel(id: id, branches(of: size, count: count, depth: depth))
  }

  mutating func inclusive(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("inclusive")
    let count = min(size, Int.random(in: 2...4, using: &source))
    let before = isInInclusive
    isInInclusive = true
    var ways = branches(of: size, count: count, depth: depth)
    isInInclusive = before
    let otherwise = ways.removeLast()
    return .inclusive(
      ChoiceBlock(id: id, branches: ways.map { (condition: condition(), way: $0) }, otherwise: otherwise))
  }

  /// Ways that run at the same time.
  mutating func branches(of size: Int, count: Int, depth: Int) -> [ProcessBlock] {
    let before = (isInBranchesOfLoop, isInBranches)
    defer { (isInBranchesOfLoop, isInBranches) = before }
    (isInBranchesOfLoop, isInBranches) = (isInLoop, true)
    return parts(of: size, count: count).map { sequence($0, depth: depth) }
  }

  mutating func choice(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("choice")
    let count = min(size, Int.random(in: 2...3, using: &source))
    var ways = parts(of: size, count: count).map { sequence($0, depth: depth) }
    let otherwise = ways.removeLast()
    return .choice(ChoiceBlock(id: id, branches: ways.map { (condition: condition(), way: $0) }, otherwise: otherwise))
  }

  mutating func loop(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("loop")
    let before = isInLoop
    isInLoop = true
    let body = sequence(size, depth: depth)
    isInLoop = before
    return .loop(
      LoopBlock(id: id, body: body, condition: condition(), rounds: Int.random(in: 2...3, using: &source)))
  }

  private mutating func scope(_ size: Int, depth: Int) -> ScopeBlock {
    let isTransaction = hasEvents && chance(0.2)
    var scope = inner(name("scope"), size, depth: depth, isTransaction: isTransaction)
    if chance(0.6) { scope.saga = saga() }
    if chance(0.4) { scope.locals = [(name: variable(), value: Int.random(in: 0..<5, using: &source))] }
    if chance(0.25) { scope.undo = undo() }
    scope.events = events(depth: depth)
    if isTransaction {
      scope.events.append(EventBlock(id: name("cancelled"), trigger: .cancel, way: way(depth: depth)))
    }
    scope.events += escalationEvents(depth: depth)
    return scope
  }

  /// A scope with what lies inside of it.
  mutating func inner(_ id: String, _ size: Int, depth: Int, isTransaction: Bool = false) -> ScopeBlock {
    let before = (isInLoop, isInBranchesOfLoop, isInInclusive, isInTransaction, hasCancelled)
    (isInLoop, isInBranchesOfLoop, isInInclusive) = (false, false, false)
    if isTransaction { (isInTransaction, hasCancelled) = (true, false) }
    var scope = ScopeBlock(id: id, body: sequence(size, depth: depth + 1), isTransaction: isTransaction)
    if isTransaction, !hasCancelled { scope.body = .sequence([scope.body, exit()]) }
    scope.handlers = handlers(depth: depth + 1)
    let cancelled = hasCancelled
    (isInLoop, isInBranchesOfLoop, isInInclusive, isInTransaction, hasCancelled) = before
    if !isTransaction, cancelled { hasCancelled = true }
    return scope
  }

  mutating func parts(of size: Int, count: Int) -> [Int] {
    var parts = Array(repeating: 1, count: count)
    for _ in 0..<(size - count) { parts[Int.random(in: 0..<count, using: &source)] += 1 }
    return parts
  }
}
