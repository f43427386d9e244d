import EngineCore
import HeapModule

/// Who may begin a handler.
extension EngineLoop {
  /// Learns which lanes have tokens, and who waits for which pool in this turn. O(lanes that have tokens).
  func surveyDemand() throws(StoreFailure) {
    if !ready.areKnown { try findLanes() }
    demands = [:]
    guard !ready.lanes.isEmpty else { return }
    var pools: Set<String?> = []
    for (lane, queue) in ready.lanes {
      guard let handler = queue.handler else { continue }
      let limit = configuration.handlerLimits[handler]
      if limit.map({ used(handler, nil) < $0 }) ?? true {
        note(lane.definition, waitsFor: nil, size: configuration.concurrentHandlers)
        pools.insert(nil)
      }
      if let limit {
        note(lane.definition, waitsFor: handler, size: limit)
        pools.insert(handler)
      }
    }
    for pool in pools {
      guard let demand = demands[pool] else { continue }
      // Sorted, because sums of weights must not depend on the order of a set.
      let holders = use.holders(of: pool) + (flight?.batch.use.holders(of: pool) ?? [])
      let competing = demand.waiting.union(holders).sorted()
      demands[pool]?.weight = competing.reduce(0) { $0 + shares.weight(of: $1) }
    }
  }

  private func note(_ definition: DefinitionID, waitsFor pool: String?, size: Int) {
    demands[pool, default: PoolDemand(size: size)].waiting.insert(definition)
  }

  private func findLanes() throws(StoreFailure) {
    let limit = 1_000
    var last: ReadyLane?
    while true {
      let page = try store.readyLanes(after: last, limit: limit)
      for lane in page {
        guard let deployed = try readable(lane.definition) else { continue }
        let handler = deployed.definition.handler(at: lane.node, in: lane.mode)
        // Tokens whose handler this engine does not have stay ready for another engine.
        guard handler.map(handlerNames.contains) ?? true else { continue }
        ready.find(lane, handler: handler)
        shares.join(lane.definition, priority: deployed.definition.policy.priority)
      }
      guard page.count == limit else { break }
      last = page.last
    }
    ready.areKnown = true
  }

  /// A deployed definition; nil when there is none that can be read. That the store could not be asked is no such
  /// thing.
  func readable(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition? {
    do throws(TurnError) {
      return try definition(id)
    } catch {
      guard case .failed(let failure) = error else { return nil }
      guard failure.kind == .corrupt else { throw failure }
      observer?.noticed(.unreadable(failure))
      return nil
    }
  }

  /// How many handlers a step of a definition may begin: altogether, and of each limited handler.
  func room(
    for deployed: DeployedDefinition, _ command: InstanceCommand, _ batch: Batch
  ) -> (slots: Int, byHandler: [String: Int]) {
    let free = max(freeSlots - batch.use.total, 0)
    guard free > 0 else { return (0, [:]) }
    var slots = free
    var byHandler: [String: Int] = [:]
    if !configuration.handlerLimits.isEmpty {
      byHandler = Dictionary(
        uniqueKeysWithValues: configuration.handlerLimits.map { ($0.key, max($0.value - used($0.key, batch), 0)) })
    }
    // What is claimed has been chosen already.
    if case .claim = command { return (slots, byHandler) }
    guard !demands.isEmpty else { return (slots, byHandler) }
    // What comes anew stands in line behind its own kind; what goes on does so most of the time.
    var jumpsQueue = false
    if case .finishWork = command { jumpsQueue = shares.mayGoOn(deployed.id) }
    slots = min(slots, allowance(for: deployed, of: nil, jumpsQueue, batch))
    for (handler, left) in byHandler {
      byHandler[handler] = min(left, allowance(for: deployed, of: handler, jumpsQueue, batch))
    }
    return (slots, byHandler)
  }

  /// Counts what a step begins for its definition.
  func noteStarts(of transition: Transition, _ deployed: DeployedDefinition) {
    var starts = 0
    for case .startWork in transition.effects { starts += 1 }
    guard starts > 0 else { return }
    shares.charge(
      deployed.id, priority: deployed.definition.policy.priority, starts: starts, isContested: !demands.isEmpty)
  }

  /// How much of a pool a step may take for its definition while others wait for it.
  private func allowance(
    for deployed: DeployedDefinition, of pool: String?, _ jumpsQueue: Bool, _ batch: Batch
  ) -> Int {
    guard let demand = demands[pool] else { return .max }
    let waits = demand.waiting.contains(deployed.id)
    if waits, !jumpsQueue { return 0 }
    guard demand.isContested(for: deployed.id) else { return .max }
    let weight = FairShares.weight(priority: deployed.definition.policy.priority)
    let holding = held(by: deployed.id, of: pool, nil)
    let share = demand.share(of: weight, isCounted: waits || holding > 0)
    return max(share - held(by: deployed.id, of: pool, batch), 0)
  }

  /// How many of a limited handler run, or begin with the batch on its way, or with the one that is gathered.
  private func used(_ handler: String, _ batch: Batch?) -> Int {
    count(batch) { $0.byHandler[handler] ?? 0 }
  }

  private func held(by definition: DefinitionID, of pool: String?, _ batch: Batch?) -> Int {
    count(batch) { $0.held(by: definition, of: pool) }
  }

  private func count(_ batch: Batch?, _ part: (HandlerUse) -> Int) -> Int {
    part(use) + (flight.map { part($0.batch.use) } ?? 0) + (batch.map { part($0.use) } ?? 0)
  }

  /// Claims ready tokens for the room that is left, each time for the definition that is furthest behind.
  func claimReady(_ batch: inout Batch, allowance: Int) throws(StoreFailure) {
    guard configuration.runsHandlers, !isDraining, !ready.lanes.isEmpty else { return }
    var contenders = Heap(ready.lanes.keys.filter { hasRoom(for: $0, batch) }.map { contender($0, batch) })
    let end = batch.items.count + allowance
    var isAnyoneStuck = false
    defer { foundNoRoom = isAnyoneStuck }
    while batch.items.count < end, let next = contenders.popMin() {
      let lane = next.lane
      guard ready[lane] != nil, hasRoom(for: lane, batch) else { continue }
      let now = contender(lane, batch)
      guard now == next else {
        contenders.insert(now)
        continue
      }
      guard let position = try nextToken(in: lane) else { continue }
      shares.serve(lane.definition)
      foundNoRoom = false
      handle(.ready(position), &batch)
      if foundNoRoom {
        // Its handler is taken although its lane's is not: it comes again when a handler has reported.
        isAnyoneStuck = true
      } else if ready[lane] != nil {
        contenders.insert(contender(lane, batch))
      }
    }
  }

  private func contender(_ lane: ReadyLane, _ batch: Batch) -> Contender {
    let pool = ready[lane]?.handler.flatMap { configuration.handlerLimits[$0] == nil ? nil : $0 }
    var isSated = false
    if let demand = demands[pool], demand.isContested(for: lane.definition) {
      let held = held(by: lane.definition, of: pool, batch)
      isSated = held >= max(demand.share(of: shares.weight(of: lane.definition), isCounted: true), 1)
    }
    return Contender(
      isSated: isSated, pass: shares.pass(of: lane.definition), served: ready[lane]?.served ?? 0, lane: lane)
  }

  private func nextToken(in lane: ReadyLane) throws(StoreFailure) -> TokenPosition? {
    guard let queue = ready[lane] else { return nil }
    if queue.tokens.isEmpty, !queue.isComplete {
      let limit = max(configuration.readAhead / ready.lanes.count, 50)
      let page = try store.readyTokens(in: lane, after: queue.cursor, limit: limit)
      ready.add(page, to: lane, isLast: page.count < limit)
    }
    return ready.pop(lane)
  }

  private func hasRoom(for lane: ReadyLane, _ batch: Batch?) -> Bool {
    guard let handler = ready[lane]?.handler else { return true }
    guard freeSlots > batch?.use.total ?? 0 else { return false }
    guard let limit = configuration.handlerLimits[handler] else { return true }
    return used(handler, batch) < limit
  }

  /// Whether a ready token could be claimed now. O(lanes that have tokens).
  var canClaim: Bool {
    guard configuration.runsHandlers, !isDraining else { return false }
    return !ready.areKnown || ready.lanes.keys.contains { hasRoom(for: $0, nil) }
  }

  /// A token has become ready: it waits in its lane, unless its handler is not here.
  func enqueue(_ token: TokenID, of instance: ProcessInstance) {
    guard let token = instance.token(token), token.state == .ready, let deployed = definitions[instance.definition]
    else { return }
    let lane = ReadyLane(definition: instance.definition, node: token.node, mode: token.mode)
    if ready[lane] == nil {
      let handler = deployed.definition.handler(at: token.node, in: token.mode)
      guard handler.map(handlerNames.contains) ?? true else { return }
      shares.join(instance.definition, priority: deployed.definition.policy.priority)
    }
    let position = TokenPosition(instance: instance.id, token: token.id)
    let handler = deployed.definition.handler(at: token.node, in: token.mode)
    ready.append(position, to: lane, handler: handler, limit: configuration.readAhead * 4)
  }
}

/// A lane that wants the next slot. The smallest goes first.
private struct Contender: Comparable {
  /// Whether its definition has its share already, while others wait.
  let isSated: Bool
  let pass: Double
  let served: Int
  let lane: ReadyLane

  static func < (left: Contender, right: Contender) -> Bool {
    if left.isSated != right.isSated { return right.isSated }
    return (left.pass, left.served, left.lane) < (right.pass, right.served, right.lane)
  }
}

extension ProcessDefinition {
  /// The name of the handler that does the work of a node in a mode; nil when no handler does. In a damaged store a
  /// token stands at a node that does not exist: it is claimed, and that is seen then.
  fileprivate func handler(at node: NodeIndex, in mode: TokenMode) -> String? {
    guard nodes.indices.contains(node.rawValue), case .handler(let name, _)? = self[node].work(in: mode) else {
      return nil
    }
    return name
  }
}
