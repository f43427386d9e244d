import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let commandClauses = [
    StoreClause("a command is recorded with its effect, and found by its key with its answer") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      var record = ContractCommand.record(
        "start-1", .start(process: "pair", version: nil, businessKey: "B", variables: ["a": [1, 2]]), at: driver.now)
      record.decidedAt = driver.now
      record.answer = .done(["instance": 1])
      record.versionAfter = 1
      let id = try driver.start(deployed, key: "B", command: record)
      let found = try #require(try store.engine.findCommand(key: "start-1"))
      record.id = found.id
      #expect(found == record)
      #expect(found.id != nil)
      #expect(try store.engine.findCommand(key: "start-2") == nil)
      #expect(try store.engine.waitingCommands(limit: 10).isEmpty)
      #expect(try store.reader.audit(instance: id, after: nil, limit: 10).rows.map(\.verb) == ["start"])
    },
    StoreClause("a posted command waits until it is decided, in the same row") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.pair()))
      let posted = try store.inbox.post(ContractCommand.command("p", .suspend(id)), at: driver.now)
      let waiting = try store.engine.waitingCommands(limit: 10)
      #expect(waiting == [posted])
      #expect(posted.answer == nil)
      #expect(try store.reader.engine().waitingCommands == 1)
      var decided = posted
      decided.decidedAt = driver.now + .seconds(1)
      decided.answer = .done(["version": 2])
      decided.versionBefore = 1
      decided.versionAfter = 2
      try driver.perform(.suspend, on: id, command: decided)
      let row = try #require(posted.id)
      #expect(try store.inbox.record(row) == decided)
      #expect(try store.engine.findCommand(key: "p") == decided)
      #expect(try store.engine.waitingCommands(limit: 10).isEmpty)
    },
    StoreClause("posting a key again gives the row that it has") { store in
      let driver = try StoreDriver(store.engine)
      let first = try store.inbox.post(ContractCommand.command("k", .cancel(InstanceID(1))), at: driver.now)
      let again = try store.inbox.post(
        ContractCommand.command("k", .terminate(InstanceID(2))), at: driver.now + .seconds(1))
      #expect(again == first)
      #expect(try store.engine.waitingCommands(limit: 10).count == 1)
    },
    StoreClause("a command whose key was posted by another process meanwhile is not written: that row is decided") {
      store in
      let driver = try StoreDriver(store.engine)
      let posted = try store.inbox.post(ContractCommand.command("k", .cancel(InstanceID(1))), at: driver.now)
      var record = ContractCommand.record("k", .cancel(InstanceID(1)), at: driver.now)
      record.answer = .done(.null)
      #expect(try store.engine.commit([.decision(record)], lease: driver.lease) == [.conflict])
      #expect(try store.engine.waitingCommands(limit: 10) == [posted])
    },
    StoreClause("waiting commands come oldest first, and no more than asked for") { store in
      let now = Timestamp(microseconds: 5)
      let keys = (0..<5).map { "k\($0)" }
      for key in keys { _ = try store.inbox.post(ContractCommand.command(key, .cancel(InstanceID(1))), at: now) }
      #expect(try store.engine.waitingCommands(limit: 10).map(\.command.key) == keys)
      #expect(try store.engine.waitingCommands(limit: 2).map(\.command.key) == ["k0", "k1"])
    },
    StoreClause("what nobody has decided can be taken back; an answer stays, but that of housekeeping") { store in
      let driver = try StoreDriver(store.engine)
      let now = driver.now
      let fetch = Verb.fetchTasks(topic: "t", worker: "w", limit: 3, lease: .seconds(5))
      let open = try store.inbox.post(ContractCommand.command("open", .cancel(InstanceID(1))), at: now)
      let decided = try store.inbox.post(ContractCommand.command("decided", .cancel(InstanceID(1))), at: now)
      let fetched = try store.inbox.post(ContractCommand.command("fetched", fetch), at: now)
      let extend = Verb.extendLease(InstanceID(1), token: TokenID(2), fence: 1, lease: .seconds(5))
      let extended = try store.inbox.post(ContractCommand.command("extended", extend), at: now)
      for var record in [decided, fetched, extended] {
        record.answer = .refused(Rejection(.instanceUnknown, "there is no instance 1"))
        record.decidedAt = now
        #expect(try store.engine.commit([.decision(record)], lease: driver.lease) == [.committed])
      }
      for record in [open, decided, fetched, extended] { try store.inbox.withdraw(try #require(record.id)) }
      #expect(try store.inbox.record(try #require(open.id)) == nil)
      #expect(try store.inbox.record(try #require(fetched.id)) == nil)
      #expect(try store.inbox.record(try #require(extended.id)) == nil)
      #expect(
        try store.inbox.record(try #require(decided.id))?.answer
          == .refused(Rejection(.instanceUnknown, "there is no instance 1")))
      try store.inbox.withdraw(12_345)
    },
    StoreClause("a command that was taken back has no effect, and its batch is not held up") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.pair()))
      var posted = try store.inbox.post(ContractCommand.command("gone", .suspend(id)), at: driver.now)
      try store.inbox.withdraw(try #require(posted.id))
      posted.answer = .done(.null)
      let suspension = try #require(try driver.unit(.suspend, on: id, command: posted))
      let change = try #require(try driver.unit(.setVariables([VariableChange(name: "a", value: 1)]), on: id))
      let results = try store.engine.commit([.unit(suspension), .unit(change)], lease: driver.lease)
      guard case .failed(let failure) = results[0] else {
        Issue.record("the command took effect: \(results)")
        return
      }
      #expect(failure.message.contains("taken back"))
      #expect(results[1] == .committed)
      driver.note(change)
      try driver.check(id)
      #expect(try store.engine.findCommand(key: "gone") == nil)
    },
    StoreClause("every verb comes back as it was asked for") { store in
      let id = InstanceID(7)
      let token = TokenID(3)
      let pair = try ContractProcess.pair()
      let failure = Failure(code: "exit 1", message: "no", detail: "why", isRetryable: false)
      let verbs: [Verb] = [
        .start(process: "p", version: 2, businessKey: "B", variables: ["a": ["b": [1, true, .null]]]),
        .start(process: "p", version: nil, businessKey: nil, variables: Context()),
        .deploy(pair, folder: "/f"), .retry(id, token: token), .retry(id, token: nil),
        .skip(id, token: token, outputs: ["x": "y"]), .resolve(id, token: token, outputs: ["x": 1]), .cancel(id),
        .terminate(id), .compensate(id),
        .compensate(id, target: .scope(node: "ship")), .compensate(id, target: .back(node: "reserve", after: 12)),
        .suspend(id),
        .resume(id), .fireTimer(id, timer: TimerID(4)),
        .rescheduleTimer(id, timer: TimerID(4), due: Timestamp(microseconds: 1_234_567_890_123_456)),
        .setVariables(
          id, changes: [VariableChange(name: "a", value: nil), VariableChange(name: "b", value: .null)]),
        .finishTask(id, token: token, outcome: .completed(result: ["r": 1]), fence: 2),
        .finishTask(id, token: token, outcome: .businessError(code: "E", message: "m"), fence: nil),
        .finishTask(id, token: token, outcome: .failed(failure), fence: 2),
        .finishTask(id, token: token, outcome: .cancelled, fence: 2),
        .fetchTasks(topic: "t", worker: "w", limit: 3, lease: .milliseconds(1500)),
        .fetchTasks(topic: "t", worker: "w", limit: 3, lease: nil),
        .extendLease(id, token: token, fence: 2, lease: .seconds(9)), .delete(id),
      ]
      for (number, verb) in verbs.enumerated() {
        let command = ContractCommand.command("k\(number)", verb, reason: number == 0 ? nil : "“why”")
        let posted = try store.inbox.post(command, at: Timestamp(microseconds: 9))
        #expect(posted.command == command)
        #expect(try store.inbox.record(try #require(posted.id)) == posted)
      }
    },
  ]

  static let definitionClauses = [
    StoreClause("a definition comes back as it was deployed, in each of its versions") { store in
      let driver = try StoreDriver(store.engine)
      let first = try driver.deploy(ContractProcess.order(), folder: "/one")
      let pair = try driver.deploy(ContractProcess.pair())
      let second = try driver.deploy(ContractProcess.order(), folder: "/two")
      #expect((first.version, second.version) == (1, 2))
      #expect(try store.engine.loadDefinition(first.id) == first)
      #expect(try store.engine.findDefinition(key: "order", version: nil) == second)
      #expect(try store.engine.findDefinition(key: "order", version: 1) == first)
      #expect(try store.engine.findDefinition(key: "order", version: 3) == nil)
      #expect(try store.engine.findDefinition(key: "none", version: nil) == nil)
      #expect(try store.engine.loadDefinition(DefinitionID(99)) == nil)
      #expect(try store.engine.highestIdentifiers().definition == second.id)
      #expect(try store.reader.definitions().rows.map(\.deployed) == [second, first, pair])
    },
    StoreClause("counters follow whatever happens to instances") { store in
      let driver = try StoreDriver(store.engine)
      try walk(seed: 11, driver: driver) { _ in }
      var truth = StateCounts()
      for instance in driver.instances.values {
        truth[instance.state] += 1
        truth.suspended += instance.isSuspended ? 1 : 0
        truth.withIncidents += instance.incidents.isEmpty ? 0 : 1
      }
      let row = try store.reader.engine()
      #expect(row.counts == truth)
      #expect(row.incidents == driver.instances.values.map(\.incidents.count).reduce(0, +))
      #expect(try store.reader.definitions().rows.map(\.counts.total).reduce(0, +) == truth.total)
      let units = driver.instances.values.map(\.version).reduce(0, +)
      #expect(row.unitsCommitted == units)
      #expect(try StoreVerifier(store.verifier).findings() == [])
    },
  ]
}
