import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let outboxClauses = [
    StoreClause("what a unit asks to be published is in the outbox until it has been") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(try ContractProcess.publishing())
      let first = try driver.start(deployed)
      let second = try driver.start(deployed)
      try driver.finish("first", of: first)
      try driver.finish("second", of: first)
      let all = try store.engine.outbox(limit: 100)
      #expect(all.map(\.type) == ["processStarted", "processStarted", "processCompleted"])
      #expect(all.map(\.instance) == [first, second, first])
      #expect(all.map(\.json).allSatisfy { $0.contains("process") })
      #expect(try store.engine.outbox(limit: 2) == Array(all.prefix(2)))
      #expect(try StoreVerifier(store.verifier).findings() == [])
      #expect(try store.engine.commit([.published(through: all[1].id)], lease: driver.lease) == [.committed])
      #expect(try store.engine.outbox(limit: 100) == [all[2]])
      #expect(try StoreVerifier(store.verifier).findings() == [])
      try driver.check(first)
    },
    StoreClause("places in the outbox are never given out again, and a receipt that comes twice takes nothing else") {
      store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(try ContractProcess.publishing())
      try driver.start(deployed)
      let last = try #require(try store.engine.outbox(limit: 1).last).id
      _ = try store.engine.commit([.published(through: last)], lease: driver.lease)
      try driver.start(deployed)
      _ = try store.engine.commit([.published(through: last)], lease: driver.lease)
      #expect(try store.engine.outbox(limit: 9).count == 1)
      #expect(try #require(try store.engine.outbox(limit: 1).last).id > last)
    },
    StoreClause("what a deleted instance asked to be published is published all the same") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(try ContractProcess.publishing()))
      try driver.perform(.terminate, on: id)
      _ = try store.engine.commit([.deletion(id, command: nil)], lease: driver.lease)
      let event = try #require(try store.engine.outbox(limit: 9).last)
      #expect(event.instance == id)
      _ = try store.engine.commit([.published(through: event.id)], lease: driver.lease)
      #expect(try store.engine.outbox(limit: 9).isEmpty)
      #expect(try StoreVerifier(store.verifier).findings() == [])
    },
    StoreClause("a unit that is left out asks for nothing") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(try ContractProcess.publishing()))
      let stale = try #require(try driver.unit(.terminate, on: id))
      try driver.perform(.suspend, on: id)
      let before = try store.engine.outbox(limit: 9)
      #expect(try store.engine.commit([.unit(stale)], lease: driver.lease) == [.conflict])
      #expect(try store.engine.outbox(limit: 9) == before)
    },
  ]
}

extension ContractProcess {
  /// Two steps; the outside hears of its start and its end.
  package static func publishing() throws -> ProcessDefinition {
    let policy = OperatingPolicy(publishes: [.processStarted, .processCompleted])
    return try ProcessDefinition("publishing", policy: policy) {
      Service("first", handler: "first")
      Service("second", handler: "second")
    }
  }
}
