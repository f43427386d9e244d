import EngineCore

/// Grows blocks from a seed.
struct ProcessGrowth {
  private var source: SeededSource
  private var lastNumber = 0
  /// The variables that scripts count.
  private(set) var counters: [String] = []
  /// How many subprocesses may still be put into each other.
  private static let depth = 3
  /// Whether there is a loop around, in the same scope, and whether branches run at the same time inside of it: there
  /// an inclusive join waits for more than its own branches, since those beside it can come round to it.
  private var isInLoop = false
  private var isInBranchesOfLoop = false
  /// Whether there is an inclusive choice around, in the same scope: its join does not wait for a branch that is on its
  /// way to an end of its own.
  private var isInInclusive = false

  init(seed: UInt64) { source = SeededSource(state: seed) }

  mutating func process(size: Int?) -> ProcessBlock {
    sequence(size ?? Int.random(in: 2...9, using: &source), depth: 0)
  }

  mutating func saga() -> SagaPolicy {
    let scopes: [SagaScope] = [.none, .local, .global, .global]
    return SagaPolicy(
      scope: scopes.randomElement(using: &source) ?? .none, onCompensationFailure: chance(0.25) ? .continue : .halt)
  }

  // MARK: Chance

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &source) < share }

  private mutating func name(_ stem: String) -> String {
    lastNumber += 1
    return "\(stem)\(lastNumber)"
  }

  private mutating func variable() -> String { RandomProcess.names.randomElement(using: &source) ?? "a" }

  private mutating func code() -> String { RandomProcess.codes.randomElement(using: &source) ?? "E1" }

  /// So fine that two timers hardly ever fall due at the same moment.
  private mutating func duration(_ seconds: ClosedRange<Int64>) -> Duration {
    .microseconds(Int64.random(in: seconds.lowerBound * 1_000_000...seconds.upperBound * 1_000_000, using: &source))
  }

  private mutating func condition() -> ConditionBlock {
    ConditionBlock(variable: variable(), limit: Int.random(in: 1..<RandomProcess.values, using: &source))
  }

  // MARK: Blocks

  /// One block after another, with about `size` pieces of work in all.
  private mutating func sequence(_ size: Int, depth: Int) -> ProcessBlock {
    var blocks: [ProcessBlock] = []
    var left = size
    repeat {
      let share = left <= 1 ? 1 : Int.random(in: 1...left, using: &source)
      blocks.append(block(share, depth: depth))
      left -= share
    } while left > 0
    return blocks.count == 1 ? blocks[0] : .sequence(blocks)
  }

  private mutating func block(_ size: Int, depth: Int) -> ProcessBlock {
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

  private mutating func small(depth: Int) -> ProcessBlock {
    switch Int.random(in: 0..<12, using: &source) {
    case 0: return .pause(id: name("pause"), duration(1...30))
    case 1:
      let id = name("count")
      counters.append("\(id)_times")
      return .count(id: id, variable: "\(id)_times")
    case 2 where !isInInclusive: return exit()
    default: return .work(work(depth: depth, mayHaveEvents: true))
    }
  }

  /// A branch that may end its scope, and one that goes on.
  private mutating func exit() -> ProcessBlock {
    let before = ProcessBlock.work(work(depth: 0, mayHaveEvents: false))
    let end: ProcessBlock = chance(0.7) ? .raise(id: name("raise"), code: code()) : .stop(id: name("stop"))
    let on = ProcessBlock.work(work(depth: 0, mayHaveEvents: false))
    return .choice(
      ChoiceBlock(
        id: name("exit"), branches: [(condition: condition(), way: .sequence([before, end]))], otherwise: on))
  }

  private mutating func work(depth: Int, mayHaveEvents: Bool) -> WorkBlock {
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

  private mutating func undo() -> UndoBlock {
    var undo = UndoBlock()
    if chance(0.3) {
      undo.attempts = 2
      undo.backoff = duration(1...5)
    }
    if chance(0.4) { undo.variable = variable() }
    return undo
  }

  private mutating func events(depth: Int) -> [EventBlock] {
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
    return events
  }

  /// What stands behind a boundary event.
  private mutating func way(depth: Int) -> ProcessBlock { .work(work(depth: depth, mayHaveEvents: false)) }

  private mutating func parallel(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("fork")
    let count = min(size, Int.random(in: 2...3, using: &source))
    return .parallel(id: id, branches(of: size, count: count, depth: depth))
  }

  private mutating func inclusive(_ size: Int, depth: Int) -> ProcessBlock {
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
  private mutating func branches(of size: Int, count: Int, depth: Int) -> [ProcessBlock] {
    let before = isInBranchesOfLoop
    defer { isInBranchesOfLoop = before }
    isInBranchesOfLoop = isInLoop
    return parts(of: size, count: count).map { sequence($0, depth: depth) }
  }

  private mutating func choice(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("choice")
    let count = min(size, Int.random(in: 2...3, using: &source))
    var ways = parts(of: size, count: count).map { sequence($0, depth: depth) }
    let otherwise = ways.removeLast()
    return .choice(ChoiceBlock(id: id, branches: ways.map { (condition: condition(), way: $0) }, otherwise: otherwise))
  }

  private mutating func loop(_ size: Int, depth: Int) -> ProcessBlock {
    let id = name("loop")
    let before = isInLoop
    isInLoop = true
    let body = sequence(size, depth: depth)
    isInLoop = before
    return .loop(
      LoopBlock(id: id, body: body, condition: condition(), rounds: Int.random(in: 2...3, using: &source)))
  }

  private mutating func scope(_ size: Int, depth: Int) -> ScopeBlock {
    let id = name("scope")
    let before = (isInLoop, isInBranchesOfLoop, isInInclusive)
    (isInLoop, isInBranchesOfLoop, isInInclusive) = (false, false, false)
    var scope = ScopeBlock(id: id, body: sequence(size, depth: depth + 1))
    (isInLoop, isInBranchesOfLoop, isInInclusive) = before
    if chance(0.6) { scope.saga = saga() }
    if chance(0.4) { scope.locals = [(name: variable(), value: Int.random(in: 0..<5, using: &source))] }
    if chance(0.25) { scope.undo = undo() }
    scope.events = events(depth: depth)
    return scope
  }

  private mutating func parts(of size: Int, count: Int) -> [Int] {
    var parts = Array(repeating: 1, count: count)
    for _ in 0..<(size - count) { parts[Int.random(in: 0..<count, using: &source)] += 1 }
    return parts
  }
}
