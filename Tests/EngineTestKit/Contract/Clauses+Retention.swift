import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let retentionClauses = [
    StoreClause("ended instances are found by definition, the oldest end first, and in pages") { store in
      let driver = try StoreDriver(store.engine)
      let first = try driver.deploy(ContractProcess.pair())
      let second = try driver.deploy(ContractProcess.pair("other"))
      let ids = try (0..<4).map { _ in try driver.start(first) }
      let other = try driver.start(second)
      var ends: [EndPosition] = []
      for id in [ids[2], ids[0], ids[1]] {
        driver.now = driver.now + .seconds(1)
        try driver.perform(.terminate, on: id)
        ends.append(EndPosition(endedAt: driver.now, instance: id))
      }
      try driver.perform(.terminate, on: other)
      #expect(try store.engine.endedInstances(of: first.id, after: nil, limit: 10) == ends)
      #expect(try store.engine.endedInstances(of: first.id, after: nil, limit: 2) == Array(ends.prefix(2)))
      #expect(try store.engine.endedInstances(of: first.id, after: ends[0], limit: 9) == Array(ends.dropFirst()))
      #expect(try store.engine.countEnded(of: first.id) == 3)
      #expect(try store.engine.countEnded(of: second.id) == 1)
      #expect(try store.engine.definition(after: nil) == first.id)
      #expect(try store.engine.definition(after: first.id) == second.id)
      #expect(try store.engine.definition(after: second.id) == nil)
      #expect(try store.engine.loadHistory(ids[0]) == driver.histories[ids[0]])
      #expect(try store.engine.loadHistory(InstanceID(99)).isEmpty)
    },
    StoreClause("decided commands are found by the time of their decision, and can be forgotten") { store in
      let driver = try StoreDriver(store.engine)
      let id = try driver.start(try driver.deploy(ContractProcess.pair()))
      for (index, key) in ["a", "b", "c"].enumerated() {
        var record = ContractCommand.record(key, .suspend(id), at: driver.now)
        record.answer = .done(.null)
        record.decidedAt = driver.now + .seconds(Int64(index))
        _ = try store.engine.commit([.decision(record)], lease: driver.lease)
      }
      let waiting = try store.inbox.post(ContractCommand.command("d", .resume(id)), at: driver.now)
      let old = try store.engine.decidedCommands(before: driver.now + .seconds(2), limit: 9)
      #expect(old.count == 2)
      #expect(try store.engine.decidedCommands(before: driver.now + .seconds(2), limit: 1) == Array(old.prefix(1)))
      #expect(try store.engine.commit([.forgottenCommands(old)], lease: driver.lease) == [.committed])
      #expect(try store.engine.findCommand(key: "a") == nil)
      #expect(try store.engine.findCommand(key: "c") != nil)
      #expect(try store.engine.waitingCommands(limit: 9).map(\.id) == [waiting.id])
    },
  ]
}
