import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let unitClauses = [
    StoreClause("an instance that was started is loaded as it was stepped") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.order())
      let id = try driver.start(deployed, key: "A-17", variables: ["amount": 12, "owner": "anna"])
      try driver.check(id)
      #expect(try store.engine.loadInstance(id)?.businessKey == "A-17")
      #expect(try store.engine.loadInstance(InstanceID(99)) == nil)
    },
    StoreClause("whatever happens to instances, they are loaded as they were stepped") { store in
      for seed in 1...6 as ClosedRange<UInt64> {
        let driver = try StoreDriver(store.another())
        defer { try? driver.release() }
        try walk(seed: seed, driver: driver) { try driver.check($0) }
      }
    },
    StoreClause("folding the stored history gives the stored instance") { store in
      let driver = try StoreDriver(store.engine)
      try walk(seed: 7, driver: driver) { _ in }
      for (id, history) in driver.histories.sorted(by: { $0.key < $1.key }) {
        let stored = try store.reader.history(of: id, before: nil, limit: .max)
        #expect(stored == history)
        let instance = try driver.instance(id)
        var folded = ProcessInstance(id: id, definition: instance.definition, createdAt: instance.createdAt)
        for entry in stored { try apply(entry, to: &folded) }
        #expect(folded.tokens == instance.tokens)
        #expect(folded.variables == instance.variables)
        #expect(folded.records == instance.records)
        #expect(folded.state == instance.state)
      }
    },
    StoreClause("a unit for another version is left out, and the others of its batch are not") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      let first = try driver.start(deployed)
      let second = try driver.start(deployed)
      let token = try driver.token("first", of: first).id
      let finish = InstanceCommand.finishWork(token, attempt: 1, outcome: .completed(result: .null))
      let unit = try #require(try driver.unit(finish, on: first))
      let other = try #require(try driver.unit(finish, on: second))
      let results = try store.engine.commit([.unit(unit), .unit(unit), .unit(other)], lease: driver.lease)
      driver.note(unit)
      driver.note(other)
      #expect(results == [.committed, .conflict, .committed])
      try driver.check(first)
      try driver.check(second)
      #expect(try store.reader.history(of: first, before: nil, limit: 100) == driver.histories[first])
    },
    StoreClause("what comes from one source is written whole or not at all") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      let first = try driver.start(deployed)
      let second = try driver.start(deployed)
      let suspend = try #require(try driver.unit(.suspend, on: first))
      let stale = try #require(try driver.unit(.suspend, on: second))
      try driver.perform(.setVariables([VariableChange(name: "n", value: 1)]), on: second)
      let command = ContractCommand.record("both", .suspend(first), at: driver.now)
      let both = StoreWrite.together([.unit(suspend), .decision(command), .unit(stale)])
      #expect(try store.engine.commit([both], lease: driver.lease) == [.conflict])
      #expect(try store.engine.findCommand(key: "both") == nil)
      try driver.check(first)
      try driver.check(second)
      let fresh = try #require(try driver.unit(.suspend, on: second))
      let good = StoreWrite.together([.unit(suspend), .decision(command), .unit(fresh)])
      #expect(try store.engine.commit([good, both], lease: driver.lease) == [.committed, .conflict])
      #expect(try store.engine.findCommand(key: "both") != nil)
      driver.note(suspend)
      driver.note(fresh)
      try driver.check(first)
      try driver.check(second)
      #expect(try StoreVerifier(store.verifier).findings() == [])
    },
    StoreClause("many units of one instance in one commit are written in order") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.pair()))
      var writes: [StoreWrite] = []
      for number in 1...20 {
        let change = VariableChange(name: "n", value: Value(number))
        let unit = try #require(try driver.unit(.setVariables([change]), on: id))
        driver.note(unit)
        writes.append(.unit(unit))
      }
      let results = try store.engine.commit(writes, lease: driver.lease)
      #expect(results == Array(repeating: .committed, count: 20))
      try driver.check(id)
      #expect(try store.reader.history(of: id, before: nil, limit: .max) == driver.histories[id])
    },
    StoreClause("history is read backwards in pages") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.order()))
      try driver.finish("reserve", of: id, .completed(result: ["id": 7]))
      for number in 1...5 {
        try driver.perform(.setVariables([VariableChange(name: "n", value: Value(number))]), on: id)
      }
      let all = try #require(driver.histories[id])
      #expect(try store.reader.history(of: id, before: nil, limit: 3) == all.suffix(3))
      let page = try store.reader.history(of: id, before: all[all.count - 3].sequence, limit: 4)
      #expect(page == all.dropLast(3).suffix(4))
      #expect(try store.reader.history(of: id, before: 1, limit: 10).isEmpty)
      #expect(try store.reader.history(of: InstanceID(99), before: nil, limit: 10).isEmpty)
    },
  ]

  static let deletionClauses = [
    StoreClause("a deleted instance leaves nothing behind, and its number is not given out again") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.order())
      let kept = try driver.start(deployed, variables: ["a": 1])
      let gone = try driver.start(deployed, variables: ["a": 1])
      try driver.finish("reserve", of: gone, .completed(result: ["id": 7]))
      try driver.perform(.terminate, on: gone)
      let command = ContractCommand.record("delete", .delete(gone), at: driver.now)
      #expect(try store.engine.commit([.deletion(gone, command: command)], lease: driver.lease) == [.committed])
      #expect(try store.engine.loadInstance(gone) == nil)
      #expect(try store.reader.detail(gone, historyLimit: 10) == nil)
      #expect(try store.reader.history(of: gone, before: nil, limit: 10).isEmpty)
      #expect(try store.engine.highestIdentifiers().instance == gone)
      try driver.check(kept)
      let counts = try #require(try store.reader.definitions().rows.first).counts
      #expect(counts.total == 1)
      #expect(try StoreVerifier(store.verifier).findings() == [])
    },
    StoreClause("an instance is deleted once, and with what stands or falls with it") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.order())
      let ids = try (0..<3).map { _ in try driver.start(deployed) }
      for id in ids { try driver.perform(.terminate, on: id) }
      let deletions = ids.map { StoreWrite.deletion($0, command: nil) }
      let again = StoreWrite.deletion(
        ids[0], command: ContractCommand.record("again", .delete(ids[0]), at: driver.now))
      #expect(try store.engine.commit([deletions[0], again], lease: driver.lease) == [.committed, .conflict])
      #expect(try store.engine.findCommand(key: "again") == nil)
      let both = StoreWrite.together([deletions[1], deletions[0]])
      let twice = StoreWrite.together([deletions[2], deletions[2]])
      #expect(try store.engine.commit([both, twice], lease: driver.lease) == [.conflict, .conflict])
      #expect(try store.reader.engine().counts.total == 2)
      #expect(try store.engine.loadInstance(ids[1]) != nil && store.engine.loadInstance(ids[2]) != nil)
    },
  ]

  /// Lets six instances live for a while, and then somebody else's engine takes over.
  static func walk(
    seed: UInt64, driver: StoreDriver, then: (InstanceID) throws -> Void
  ) throws {
    let deployed = [try driver.deploy(ContractProcess.order()), try driver.deploy(ContractProcess.trip())]
    let highest = try driver.store.highestIdentifiers().instance.rawValue
    driver.skip(to: highest + 1)
    let ids = try (0..<6).map {
      try driver.start(deployed[$0 % 2], key: $0 == 0 ? nil : "K-\($0)", variables: ["n": Value($0)])
    }
    var walk = RandomWalk(seed: seed, driver: driver)
    try walk.walk(ids, steps: 150, then: then)
  }
}
