import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let messageClauses = [
    StoreClause("whatever comes to instances that wait for events, they are loaded as they were stepped") { store in
      for seed in 1...4 as ClosedRange<UInt64> {
        let driver = try StoreDriver(store.another())
        defer { try? driver.release() }
        let deployed = try driver.deploy(ContractProcess.events())
        driver.skip(to: try driver.store.highestIdentifiers().instance.rawValue + 1)
        let ids = try (0..<3).map { _ in try driver.start(deployed) }
        var walk = RandomWalk(seed: seed, driver: driver)
        try walk.walk(ids, steps: 80) { try driver.check($0) }
        #expect(try StoreVerifier(store.verifier).findings().isEmpty)
      }
    },
    StoreClause("subscriptions are found by name and key, the oldest first and in pages") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.receive("payment", key: "order"))
      try driver.deploy(ContractProcess.receive("other", key: "order"))
      let ids = try ["A", "B", "A", "A"].map { try driver.start(deployed, variables: ["order": .string($0)]) }
      func found(_ key: String?, after place: Int64 = 0, limit: Int = 10) throws -> [SubscriptionPosition] {
        try store.engine.subscriptions(.message, name: "payment", correlationKey: key, after: place, limit: limit)
      }
      let all = try found("A")
      #expect(all.map(\.instance) == [ids[0], ids[2], ids[3]])
      #expect(try found("A", limit: 2) == Array(all.prefix(2)))
      #expect(try found("A", after: all[1].place) == [all[2]])
      #expect(try found(nil).isEmpty)
      #expect(try found("C").isEmpty)
      try driver.perform(.deliver(all[0].subscription, EventDelivery(event: "m")), on: all[0].instance)
      try driver.perform(.terminate, on: all[2].instance)
      #expect(try found("A") == [all[1]])
      // A place is not given out again, so that a signal never reaches who came after it.
      let late = try driver.start(deployed, variables: ["order": "A"])
      #expect(try found("A").last?.instance == late)
      #expect(try found("A").last?.place ?? 0 > all[2].place)
    },
    StoreClause("what an instance throws is written with the unit that throws it") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.events())
      let id = try driver.start(deployed)
      let asked = try #require(try driver.instance(id).subscriptions.first { $0.name == "ask" })
      try driver.perform(.deliver(asked.id, EventDelivery(event: "a")), on: id)
      let thrown = try store.engine.waitingMessages(limit: 10)
      #expect(thrown.map(\.name) == ["told", "over"])
      #expect(thrown.map(\.kind) == [.message, .signal])
      #expect(thrown[0].expiresAt == driver.now + .seconds(60))
      // A signal is for those who wait in this moment.
      let open = try store.engine.subscriptions(.message, name: "stop", correlationKey: nil, after: 0, limit: 1)
      #expect(thrown[1].bound >= open[0].place)
      #expect(try store.engine.waitingMessages(limit: 1) == Array(thrown.prefix(1)))
    },
    StoreClause("an escalation that comes while its instance is suspended is kept until that is resumed") { store in
      let first = try TimedEngine(store.engine)
      let child = try ProcessDefinition("child") {
        Await("wait", signal: "go")
        Throw("late", escalation: "LATE")
        User("more")
      }
      first.perform(.deploy(child, folder: "/"))
      first.run(
        try ProcessDefinition("parent") {
          Call("call", process: "child").on(.escalation(code: "LATE"), next: "told").next("end")
          Service("told", handler: "work")
        })
      first.perform(.suspend(InstanceID(1)))
      first.perform(.signal(name: "go", variables: Context()))
      first.close()
      let other = try store.another()
      #expect(try other.loadInstance(InstanceID(1))?.deferred == [.escalation(TokenID(1), code: "LATE")])
      let second = try TimedEngine(other, clock: first.clock)
      second.perform(.resume(InstanceID(1)))
      #expect(second.takeBegun() == ["1:told"])
      #expect(try other.loadInstance(InstanceID(1))?.deferred == [])
      #expect(try other.loadInstance(InstanceID(2))?.state == .cancelled)
    },
    StoreClause("messages are buffered, found, expire and go") { store in
      let driver = try StoreDriver(store.engine)
      let start = driver.now
      func message(_ event: String, _ key: String?, for seconds: Int) -> StoredMessage {
        StoredMessage(
          event: event, kind: .message, name: "m", correlationKey: key, variables: ["n": 1], sentAt: start,
          expiresAt: start + .seconds(seconds), phase: .buffered)
      }
      #expect(try store.engine.nextExpiry() == nil)
      for write in [message("a", "K", for: 30), message("b", nil, for: 10), message("c", "K", for: 20)] {
        _ = try store.engine.commit([.message(.insert(write), command: nil)], lease: driver.lease)
      }
      func buffered(_ key: String?, at instant: Timestamp) throws -> [String] {
        try store.engine.bufferedMessages(name: "m", correlationKey: key, at: instant, limit: 10).map(\.event)
      }
      #expect(try buffered("K", at: start) == ["a", "c"])
      #expect(try buffered(nil, at: start) == ["b"])
      #expect(try buffered("K", at: start + .seconds(20)) == ["a"])
      #expect(try store.engine.nextExpiry() == start + .seconds(10))
      let all = try store.engine.bufferedMessages(after: 0, limit: 2)
      #expect(all.map(\.event) == ["a", "b"])
      #expect(all[0].variables == ["n": 1])
      #expect(try store.engine.bufferedMessages(after: all[1].id, limit: 2).map(\.event) == ["c"])
      let expired = try store.engine.expiredMessages(at: start + .seconds(20), limit: 10)
      #expect(expired.count == 2)
      _ = try store.engine.commit([.message(.remove(expired), command: nil)], lease: driver.lease)
      #expect(try store.engine.nextExpiry() == start + .seconds(30))
      #expect(try buffered("K", at: start) == ["a"])
      _ = try store.engine.commit([.message(.remove([all[0].id]), command: nil)], lease: driver.lease)
      #expect(try store.engine.nextExpiry() == nil)
    },
  ]
}
