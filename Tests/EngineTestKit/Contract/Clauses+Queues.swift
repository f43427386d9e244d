import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension ReadyLane {
  fileprivate func at(_ node: Int) -> ReadyLane {
    ReadyLane(definition: definition, node: NodeIndex(rawValue: node), mode: mode)
  }
}

extension StoreContract {
  static let queueClauses = [
    StoreClause("ready tokens are found lane by lane, in order and in pages, and no others") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      driver.freeSlots = 0
      let ids = try (0..<7).map { _ in try driver.start(deployed) }
      driver.freeSlots = 1
      let executing = try driver.start(deployed)
      let all = try ids.map { TokenPosition(instance: $0, token: try driver.token("first", of: $0).id) }
      let lane = ReadyLane(definition: deployed.id, node: NodeIndex(rawValue: 0), mode: .forward)
      #expect(try store.engine.readyTokens(in: lane, after: nil, limit: 100) == all)
      #expect(try store.engine.readyTokens(in: lane, after: nil, limit: 3) == Array(all.prefix(3)))
      #expect(try store.engine.readyTokens(in: lane, after: all[2], limit: 3) == Array(all[3..<6]))
      #expect(try store.engine.readyTokens(in: lane, after: all[6], limit: 3).isEmpty)
      try driver.perform(.claim(all[0].token), on: ids[0])
      try driver.perform(.terminate, on: ids[1])
      #expect(try store.engine.readyTokens(in: lane, after: nil, limit: 100) == Array(all.dropFirst(2)))
      #expect(try driver.token("first", of: executing).state == .executing)
      let second = try driver.deploy(ContractProcess.pair())
      driver.freeSlots = 0
      let other = try driver.start(second)
      try driver.finish("first", of: executing)
      let lanes = [lane, lane.at(1), ReadyLane(definition: second.id, node: lane.node, mode: .forward)]
      #expect(try store.engine.readyLanes(after: nil, limit: 10) == lanes)
      #expect(try store.engine.readyLanes(after: nil, limit: 2) == Array(lanes.prefix(2)))
      #expect(try store.engine.readyLanes(after: lanes[0], limit: 10) == Array(lanes.dropFirst()))
      #expect(try store.engine.readyLanes(after: lanes[2], limit: 10).isEmpty)
      #expect(try store.engine.readyTokens(in: lanes[1], after: nil, limit: 9).map(\.instance) == [executing])
      #expect(try store.engine.readyTokens(in: lanes[2], after: nil, limit: 9).map(\.instance) == [other])
    },
    StoreClause(
      "a suspended definition is stored with how far its instances have followed, and they are found in order"
    ) {
      store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      let other = try driver.deploy(ContractProcess.pair("other"))
      let ids = try (0..<5).map { _ in try driver.start(deployed) }
      _ = try driver.start(other)
      try driver.perform(.terminate, on: ids[1])
      try driver.perform(.compensate(reason: "by hand"), on: ids[3])
      try driver.perform(.hold, on: ids[2])
      try driver.check(ids[2])
      func live(_ onlyHeld: Bool, after id: InstanceID = InstanceID(0), _ limit: Int = 9) throws -> [InstanceID] {
        try store.engine.liveInstances(of: deployed.id, onlyHeld: onlyHeld, after: id, limit: limit)
      }
      let alive = ids.filter { driver.instances[$0]?.state.isEnd == false }
      #expect(try live(false) == alive)
      #expect(try live(false, 2) == Array(alive.prefix(2)))
      #expect(try live(false, after: ids[2]) == alive.filter { $0 > ids[2] })
      #expect(try live(true) == [ids[2]])
      let hold = DefinitionHold(definition: deployed.id, isSuspended: true, cursor: ids[1])
      #expect(try store.engine.commit([.hold(hold, command: nil)], lease: driver.lease) == [.committed])
      #expect(try store.engine.definitionHolds() == [hold])
      #expect(try store.reader.definitions().rows.map(\.isSuspended).filter { $0 }.count == 1)
      var done = hold
      done.cursor = nil
      #expect(try store.engine.commit([.hold(done, command: nil)], lease: driver.lease) == [.committed])
      #expect(try store.engine.definitionHolds() == [done])
      done.isSuspended = false
      #expect(try store.engine.commit([.hold(done, command: nil)], lease: driver.lease) == [.committed])
      #expect(try store.engine.definitionHolds().isEmpty)
      try driver.perform(.release, on: ids[2])
      try driver.check(ids[2])
      #expect(try live(true).isEmpty)
    },
    StoreClause("work that a handler has handed over is stored with its reference, and nobody can fetch it") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.pair()))
      try driver.finish("first", of: id, .waiting(reference: "pay-17", limit: .seconds(60)))
      try driver.check(id)
      let task = try #require(try store.engine.loadInstance(id)?.externalTasks.first)
      #expect(task.reference == "pay-17")
      #expect(
        try store.engine.availableTasks(topic: task.topic, at: driver.now + .seconds(86_400), limit: 9).isEmpty)
      #expect(try store.engine.timers(after: nil, limit: 9).map(\.instance) == [id])
      try driver.finish("first", of: id)
      try driver.check(id)
      #expect(try store.engine.timers(after: nil, limit: 9).isEmpty)
    },
    StoreClause("tokens that a dead engine was executing are found, and those of this one are not") { store in
      let first = try StoreDriver(store.another())
      let deployed = try first.deploy(ContractProcess.pair())
      let ids = try (0..<5).map { _ in try first.start(deployed) }
      try first.finish("first", of: ids[4])
      try first.finish("second", of: ids[4])
      try first.release()
      let second = try first.hand(over: store.engine, to: StoreDriver.holder("second"))
      let own = try second.start(deployed)
      let all = try ids.prefix(4).map { TokenPosition(instance: $0, token: try second.token("first", of: $0).id) }
      #expect(try store.engine.orphanedTokens(before: 2, after: nil, limit: 100) == all)
      #expect(try store.engine.orphanedTokens(before: 2, after: nil, limit: 2) == Array(all.prefix(2)))
      #expect(try store.engine.orphanedTokens(before: 2, after: all[1], limit: 2) == Array(all.suffix(2)))
      #expect(try store.engine.orphanedTokens(before: 1, after: nil, limit: 100).isEmpty)
      try second.perform(.recover(all[0].token), on: ids[0])
      #expect(try store.engine.orphanedTokens(before: 2, after: nil, limit: 100) == Array(all.dropFirst()))
      #expect(try store.engine.orphanedTokens(before: 3, after: nil, limit: 100).last?.instance == own)
      try second.check(ids[0])
    },
    StoreClause("timers are found by due time and in pages, wherever they are moved to") { store in
      let driver = try StoreDriver(store.engine)
      let start = driver.now
      let delays: [Int64] = [300, 100, 200, 100]
      var all: [TimerPosition] = []
      for delay in delays {
        let deployed = try driver.deploy(ContractProcess.pause(.seconds(delay)))
        let id = try driver.start(deployed)
        let timer = try #require(try driver.instance(id).timers.first)
        #expect(timer.due == start + .seconds(delay))
        all.append(TimerPosition(due: timer.due, instance: id, timer: timer.id))
      }
      all.sort()
      #expect(try store.engine.timers(after: nil, limit: 100) == all)
      #expect(try store.engine.timers(after: nil, limit: 3) == Array(all.prefix(3)))
      #expect(try store.engine.timers(after: all[0], limit: 2) == Array(all[1...2]))
      let moved = all[0]
      try driver.perform(.rescheduleTimer(moved.timer, due: start + .seconds(250)), on: moved.instance)
      try driver.perform(.fireTimer(all[1].timer), on: all[1].instance)
      let left = [
        all[2], TimerPosition(due: start + .seconds(250), instance: moved.instance, timer: moved.timer), all[3],
      ]
      #expect(try store.engine.timers(after: nil, limit: 100) == left)
      try driver.check(moved.instance)
      try driver.check(all[1].instance)
    },
  ]

  static let taskClauses = [
    StoreClause("external tasks are found by topic, the longest available first") { store in
      let driver = try StoreDriver(store.engine)
      let paint = try driver.deploy(ContractProcess.external(topic: "paint"))
      let other = try driver.deploy(ContractProcess.external(topic: "weld"))
      var ids: [InstanceID] = []
      for _ in 0..<4 {
        driver.now = driver.now + .seconds(1)
        ids.append(try driver.start(paint))
      }
      try driver.start(other)
      let all = try ids.map { TokenPosition(instance: $0, token: try driver.token("work", of: $0).id) }
      #expect(try store.engine.availableTasks(topic: "paint", at: driver.now, limit: 100) == all)
      #expect(try store.engine.availableTasks(topic: "paint", at: driver.now, limit: 2) == Array(all.prefix(2)))
      #expect(try store.engine.availableTasks(topic: "none", at: driver.now, limit: 2).isEmpty)
      // A locked one is free again when its lease ends, behind those that have waited longer.
      let until = driver.now + .seconds(30)
      try driver.perform(.lockTask(all[0].token, worker: "w", until: until), on: ids[0])
      try driver.perform(.suspend, on: ids[1])
      #expect(try store.engine.availableTasks(topic: "paint", at: driver.now, limit: 9) == [all[2], all[3]])
      #expect(try store.engine.availableTasks(topic: "paint", at: until, limit: 9) == [all[2], all[3], all[0]])
      try driver.check(ids[0])
    },
    StoreClause("a timer keeps how far it is in its cycle, wherever it is moved to") { store in
      let driver = try StoreDriver(store.engine)
      let start = driver.now
      let id = try driver.start(try driver.deploy(ContractProcess.reminder(.every(.seconds(10), times: 3))))
      let first = try #require(try driver.instance(id).timers.first)
      #expect(first.cycle == CycleProgress(anchor: start, planned: start + .seconds(10), left: 3))
      try driver.perform(.rescheduleTimer(first.id, due: start + .seconds(5)), on: id)
      let moved = try #require(try store.engine.loadInstance(id)?.timers.first)
      #expect(moved.due == start + .seconds(5))
      #expect(moved.cycle == first.cycle)
      try driver.perform(.fireTimer(first.id), on: id)
      let second = try #require(try store.engine.loadInstance(id)?.timers.first)
      #expect(second.cycle == CycleProgress(anchor: start, planned: start + .seconds(20), left: 2))
      try driver.check(id)
    },
  ]
}
