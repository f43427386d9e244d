import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let listClauses = [
    StoreClause("instances are listed newest first, page by page, each once") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      let ids = try (0..<7).map { _ in try driver.start(deployed) }
      var seen: [InstanceID] = []
      var cursor: String?
      repeat {
        let page = try store.reader.instances(InstanceFilter(), now: driver.now, after: cursor, limit: 3)
        #expect(page.rows.count <= 3 && !page.isWindowed)
        seen += page.rows.map(\.id)
        cursor = page.next
      } while cursor != nil
      #expect(seen == ids.reversed())
      let all = try store.reader.instances(InstanceFilter(), now: driver.now, after: nil, limit: 7)
      #expect(all.rows.count == 7 && all.next == nil)
      #expect(throws: StoreFailure.self) {
        try store.reader.instances(InstanceFilter(), now: driver.now, after: "x.y", limit: 7)
      }
    },
    StoreClause("a summary says where an instance stands") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.order())
      let id = try driver.start(deployed, key: "A-17")
      try driver.finish("reserve", of: id, .completed(result: ["id": 7]))
      let summary = try #require(
        try store.reader.instances(InstanceFilter(), now: driver.now, after: nil, limit: 1).rows.first)
      let instance = try driver.instance(id)
      #expect(summary.id == id)
      #expect(summary.businessKey == "A-17")
      #expect((summary.process, summary.processVersion) == ("order", 1))
      #expect((summary.state, summary.version) == (.running, instance.version))
      #expect(summary.tokens.map(\.node) == ["approve", "pick"])
      #expect(summary.tokenCount == 2)
      #expect(summary.nextTimer == driver.now + .seconds(3600))
      #expect((summary.createdAt, summary.updatedAt) == (instance.createdAt, instance.updatedAt))
      #expect(summary.endedAt == nil && summary.incidentCount == 0)
    },
    StoreClause("open incidents are listed oldest first, with what they keep") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      var ids: [InstanceID] = []
      for _ in 0..<3 {
        driver.now = driver.now + .seconds(1)
        let id = try driver.start(deployed)
        ids.insert(id, at: 0)
      }
      for id in ids {
        driver.now = driver.now + .seconds(1)
        try driver.finish("first", of: id, .failed(Failure(code: "exit 1", message: "it broke")))
      }
      let rows = try pages { try store.reader.incidents(InstanceFilter(), now: driver.now, after: $0, limit: 2) }
      #expect(rows.map(\.instance.id) == ids)
      #expect(rows.map(\.incident) == (try ids.flatMap { try driver.instance($0).incidents }))
      #expect(rows.allSatisfy { $0.node == "first" && $0.mode == .forward && $0.attempt == 1 })
      try driver.perform(.retry(nil), on: ids[1])
      let left = try store.reader.incidents(InstanceFilter(), now: driver.now, after: nil, limit: 9)
      #expect(left.rows.map(\.instance.id) == [ids[0], ids[2]])
    },
    StoreClause("timers are listed by due time, with the node they stand for") { store in
      let driver = try StoreDriver(store.engine)
      let order = try driver.deploy(ContractProcess.order())
      let first = try driver.start(order)
      try driver.finish("reserve", of: first)
      let second = try driver.start(try driver.deploy(ContractProcess.pause(.seconds(60))))
      let rows = try pages { try store.reader.timers(InstanceFilter(), now: driver.now, after: $0, limit: 1) }
      #expect(rows.map(\.instance.id) == [second, first])
      #expect(rows.map(\.node) == ["wait", "approve.after-1h"])
      #expect(rows.map(\.timer) == (try [second, first].flatMap { try driver.instance($0).timers }))
    },
    StoreClause("compensation runs are listed as stacks, the next step first") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.order()))
      try driver.finish("reserve", of: id)
      try driver.finish("pick", of: id)
      try driver.perform(.compensate(reason: "by hand"), on: id)
      let rows = try pages { try store.reader.compensations(InstanceFilter(), now: driver.now, after: $0, limit: 1) }
      #expect(rows.count == 1)
      #expect(rows.first?.run == (try driver.instance(id).runs.first))
      #expect(rows.first?.steps.map(\.node) == ["pick", "reserve"])
      #expect(rows.first?.steps.map(\.state) == [.running, .pending])
    },
    StoreClause("open tasks are listed oldest first, whoever they wait for") { store in
      let driver = try StoreDriver(store.engine)
      let work = try driver.start(try driver.deploy(ContractProcess.external(topic: "paint")))
      driver.now = driver.now + .seconds(1)
      let order = try driver.start(try driver.deploy(ContractProcess.order()))
      try driver.finish("reserve", of: order)
      let rows = try pages { try store.reader.tasks(InstanceFilter(), now: driver.now, after: $0, limit: 1) }
      #expect(rows.map(\.node) == ["work", "approve", "pick"])
      #expect(rows.map(\.instance.id) == [work, order, order])
      #expect(rows.map(\.attemptsAllowed) == [1, 1, 2])
      let tasks = try driver.instance(order)
      #expect(
        rows.dropFirst().map(\.task) == [
          TaskRow.Kind.user(tasks.userTasks[0]), TaskRow.Kind.external(tasks.externalTasks[0]),
        ])
    },
    StoreClause("the audit lists commands newest first, of one instance or of all") { store in
      let driver = try StoreDriver(store.engine)
      for number in 0..<5 {
        let verb = Verb.cancel(InstanceID(Int64(number % 2 + 1)))
        _ = try store.inbox.post(ContractCommand.command("k\(number)", verb), at: driver.now)
      }
      let all = try pages { try store.reader.audit(instance: nil, after: $0, limit: 2) }
      #expect(all.map(\.id) == all.map(\.id).sorted(by: >) && all.count == 5)
      let one = try pages { try store.reader.audit(instance: InstanceID(1), after: $0, limit: 2) }
      #expect(one.count == 3 && one.allSatisfy { $0.instance == InstanceID(1) })
      let row = try #require(all.first)
      #expect((row.verb, row.outcome, row.reason) == ("cancel", "waiting", "because"))
      #expect((row.issuer, row.issuedAt, row.decidedAt) == (ContractCommand.issuer, driver.now, nil))
    },
    StoreClause("the stamp changes when anybody commits, and not otherwise") { store in
      let driver = try StoreDriver(store.engine)
      let first = try store.reader.changeStamp()
      #expect(try store.reader.changeStamp() == first)
      _ = try store.reader.instances(InstanceFilter(), now: driver.now, after: nil, limit: 1)
      #expect(try store.reader.changeStamp() == first)
      try driver.deploy(ContractProcess.pair())
      let second = try store.reader.changeStamp()
      #expect(second != first)
      _ = try store.inbox.post(ContractCommand.command("k", .cancel(InstanceID(1))), at: driver.now)
      #expect(try store.reader.changeStamp() != second)
    },
  ]

  /// All rows of a list, page by page.
  static func pages<Element>(_ read: (String?) throws -> Page<Element>) throws -> [Element] {
    var rows: [Element] = []
    var cursor: String?
    repeat {
      let page = try read(cursor)
      rows += page.rows
      cursor = page.next
    } while cursor != nil
    return rows
  }
}
