import EngineCore

/// Says, independently of the engine, what must become of an instance of a grown process.
///
/// The problem: a test of an engine that compares it with itself finds only what its authors thought of. The idea: the
/// same specification written down a second time in another form. The engine steps tokens over a graph from events;
/// this walks the tree from which the graph was made, with continuations instead of tokens, and shares only plain
/// values with it. After everything that happens outside, both say what is going on (`outlook`); any difference is a
/// mistake in one of them, or a sentence that the specification lacks.
///
/// One of these stands for one instance; `ReferenceFamily` has all that belong together. Not thread-safe.
package final class ReferenceInterpreter {
  /// `main`, or who called it: `main/call5#1`.
  package let name: String
  unowned let family: ReferenceFamily
  /// Who waits for its end.
  let caller: (instance: ReferenceInterpreter, leaf: ModelLeaf)?
  package internal(set) var state = InstanceState.running {
    didSet { if state.isEnd { (timers, subscriptions) = ([], []) } }
  }
  package internal(set) var isSuspended = false
  let root: ModelScope
  var leaves: [ModelLeaf] = []
  var timers: [ModelTimer] = []
  var records: [ModelRecord] = []
  var runs: [ModelRun] = []
  var subscriptions: [ModelSubscription] = []
  /// What came while the instance was suspended.
  var deferred: [ModelReport] = []
  /// What has to happen to other instances.
  var effects: [ModelEffect] = []
  /// The code of what it failed of, or was undone for.
  var errorCode: String?
  private var visits: [String: Int] = [:]

  init(
    _ block: ScopeBlock, _ name: String, variables: Context, caller: (instance: ReferenceInterpreter, leaf: ModelLeaf)?,
    in family: ReferenceFamily
  ) {
    self.name = name
    self.family = family
    self.caller = caller
    root = ModelScope(parent: nil, block: block, variables: variables)
  }

  var now: Timestamp { family.now }

  func start() {
    watchForHandlers(of: root)
    beginWay(root.block.body, in: root)
  }

  func count(_ name: String) -> String {
    let visit = (visits[name] ?? 0) + 1
    visits[name] = visit
    return "\(name)#\(visit)"
  }

  func setTimer(_ purpose: ModelTimer.Purpose, of leaf: ModelLeaf?, in pause: Duration) {
    timers.append(ModelTimer(number: family.number(), leaf: leaf, purpose: purpose, due: now + pause))
  }

  func isAlive(_ leaf: ModelLeaf) -> Bool { leaves.contains { $0 === leaf } }

  /// What has to be looked at after everything that happened.
  func settle() {
    if state == .cancelling { return finishCancelling() }
    while !isSuspended, let run = runs.first(where: canGoOn) { goOn(run) }
    noteAlternatives()
  }
}

/// Walking the tree.
extension ReferenceInterpreter {
  /// Begins a way of its own in a scope; the scope is complete when all of its ways are.
  func beginWay(_ block: ProcessBlock, in scope: ModelScope) {
    scope.ways += 1
    begin(block, in: scope) { [unowned self] in endWay(in: scope) }
  }

  func endWay(in scope: ModelScope) {
    scope.ways -= 1
    if scope.ways == 0 { complete(scope) }
  }

  func begin(_ block: ProcessBlock, in scope: ModelScope, then: @escaping () -> Void) {
    switch block {
    case .work(let work): enter(ModelLeaf(count(work.id), .work(work), in: scope, then: then))
    case .call(let call): enter(ModelLeaf(count(call.id), .call(call), in: scope, then: then))
    case .pause(let id, let pause): enter(ModelLeaf(count(id), .pause(pause), in: scope, then: then))
    case .await(let event): enter(ModelLeaf(count(event.id), .wait(event), in: scope, then: then))
    case .race(let race): enter(ModelLeaf(count(race.id), .race(race), in: scope, then: then))
    case .send(let block): send(block, in: scope, then: then)
    case .jump: then()
    case .count(_, let variable):
      scope.assign(variable, Value((scope.visible[variable]?.intValue ?? 0) + 1))
      then()
    case .sequence(let blocks): begin(blocks[...], in: scope, then: then)
    case .choice(let choice):
      let way = choice.branches.first { holds($0.condition, in: scope) }?.way
      begin(way ?? choice.otherwise, in: scope, then: then)
    case .inclusive(let choice):
      let ways = choice.branches.filter { holds($0.condition, in: scope) }.map(\.way)
      begin(together: ways.isEmpty ? [choice.otherwise] : ways, in: scope, then: then)
    case .parallel(_, let branches): begin(together: branches, in: scope, then: then)
    case .loop(let loop):
      scope.assign(loop.counter, 0)
      round(of: loop, in: scope, then: then)
    case .scope(let block): enter(ModelLeaf(count(block.id), .host(block), in: scope, then: then))
    case .raise(_, let code): raise(code, from: scope)
    case .stop: stop(scope)
    case .cancel: cancel(from: scope)
    }
  }

  private func begin(_ blocks: ArraySlice<ProcessBlock>, in scope: ModelScope, then: @escaping () -> Void) {
    guard let first = blocks.first else { return then() }
    begin(first, in: scope) { [unowned self] in begin(blocks.dropFirst(), in: scope, then: then) }
  }

  private func begin(together blocks: [ProcessBlock], in scope: ModelScope, then: @escaping () -> Void) {
    var missing = blocks.count
    for block in blocks {
      begin(block, in: scope) {
        missing -= 1
        if missing == 0 { then() }
      }
    }
  }

  private func round(of loop: LoopBlock, in scope: ModelScope, then: @escaping () -> Void) {
    begin(loop.body, in: scope) { [unowned self] in
      let rounds = (scope.visible[loop.counter]?.intValue ?? 0) + 1
      scope.assign(loop.counter, Value(rounds))
      if rounds < loop.rounds, holds(loop.condition, in: scope) {
        round(of: loop, in: scope, then: then)
      } else {
        then()
      }
    }
  }

  private func holds(_ condition: ConditionBlock, in scope: ModelScope) -> Bool {
    (scope.visible[condition.variable]?.intValue ?? 0) < condition.limit
  }

  private func complete(_ scope: ModelScope) {
    guard let host = scope.host, let parent = scope.parent else {
      state = .completed
      return
    }
    let undo = host.undo
    if undo != nil {
      records.removeAll { $0.owner === scope }
    } else {
      for record in records where record.owner === scope { record.owner = parent }
    }
    stopWatchingForHandlers(of: scope)
    remove(host)
    if undo != nil { record(host) }
    host.then()
  }

  /// A terminate end event: everything in the scope ends at once, and the scope is complete.
  private func stop(_ scope: ModelScope) {
    killAll(in: scope)
    scope.ways = 0
    if scope === root { endRuns { _ in true } }
    complete(scope)
  }
}
