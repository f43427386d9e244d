import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let leaseClauses = [
    StoreClause("a store that never had an engine has no epoch") { store in
      let row = try store.reader.engine()
      #expect(row.epoch == 0)
      #expect(!row.isAlive)
    },
    StoreClause("each taking raises the epoch, and the store tells who is the engine") { store in
      let first = try StoreDriver(store.engine)
      #expect(first.lease.epoch == 1)
      let row = try store.reader.engine()
      #expect(row.isAlive)
      #expect((row.epoch, row.host, row.process) == (1, "here", 1))
      #expect(row.heartbeatAt == first.now)
      try first.release()
      #expect(try !store.reader.engine().isAlive)
      let second = try StoreDriver(store.another(), holder: StoreDriver.holder("second"))
      #expect(second.lease.epoch == 2)
    },
    StoreClause("there is one engine at a time, and the other one is told who") { store in
      let driver = try StoreDriver(store.engine)
      let other = try store.another()
      let failure = #expect(throws: StoreFailure.self) {
        try other.takeLease(StoreDriver.holder("second"), at: driver.now)
      }
      #expect(failure?.kind == .leaseHeld)
      #expect(failure?.message.contains("process 1 on here") ?? false, "\(failure?.message ?? "")")
      #expect(try store.reader.engine().epoch == 1)
      try driver.deploy(ContractProcess.pair())
    },
    StoreClause("the lease of an engine that died can be taken at once on its host") { store in
      do {
        let driver = try StoreDriver(store.another())
        try driver.deploy(ContractProcess.pair())
      }
      let next = try StoreDriver(store.engine, holder: StoreDriver.holder("second"))
      #expect(next.lease.epoch == 2)
    },
    StoreClause("the lease of an engine on another host can be taken when its heart stopped beating") { store in
      let start = Timestamp(microseconds: 1_700_000_000_000_000)
      do {
        let dead = try store.another()
        let lease = try dead.takeLease(StoreDriver.holder("first", host: "there"), at: start)
        try dead.renewLease(lease, at: start + .seconds(2))
      }
      let failure = #expect(throws: StoreFailure.self) {
        try store.engine.takeLease(StoreDriver.holder("second"), at: start + .seconds(10))
      }
      #expect(failure?.kind == .leaseHeld)
      let lease = try store.engine.takeLease(StoreDriver.holder("second"), at: start + .seconds(20))
      #expect(lease.epoch == 2)
    },
    StoreClause("an engine that lost its lease writes nothing more") { store in
      let old = try StoreDriver(store.engine)
      let deployed = try old.deploy(ContractProcess.pair())
      let id = try old.start(deployed)
      try old.release()
      let new = try StoreDriver(store.another(), holder: StoreDriver.holder("second"))
      let before = try store.reader.changeStamp()
      let unit = try #require(
        try old.unit(.setVariables([VariableChange(name: "a", value: 1)]), on: id))
      let failure = #expect(throws: StoreFailure.self) {
        try store.engine.commit([.unit(unit)], lease: old.lease)
      }
      #expect(failure?.kind == .leaseLost)
      #expect(throws: StoreFailure.self) { try store.engine.renewLease(old.lease, at: old.now) }
      #expect(throws: StoreFailure.self) { try store.engine.releaseLease(old.lease, at: old.now) }
      #expect(try store.reader.changeStamp() == before)
      try new.store.renewLease(new.lease, at: new.now)
      try old.check(id)
    },
    StoreClause("whoever takes the lease only for a command goes by what the last engine published") { store in
      let start = Timestamp(microseconds: 1_700_000_000_000_000)
      var serving = LeaseHolder(engine: "s", host: "here", path: "/store", process: 1)
      serving.publishes = [.processCompleted, .incidentRaised]
      try store.engine.releaseLease(try store.engine.takeLease(serving, at: start), at: start)
      let momentary = LeaseHolder(engine: "m", host: "here", path: "/store", process: 9, isMomentary: true)
      let lease = try store.engine.takeLease(momentary, at: start)
      #expect(lease.holder.publishes == [.processCompleted, .incidentRaised])
      try store.engine.releaseLease(lease, at: start)
      let silent = LeaseHolder(engine: "t", host: "here", path: "/store", process: 1)
      #expect(try store.engine.takeLease(silent, at: start).holder.publishes == [])
    },
    StoreClause("whoever takes the lease only for a command leaves the store where it belongs") { store in
      let momentary = LeaseHolder(engine: "m", host: "laptop", path: "/copy", process: 9, isMomentary: true)
      let start = Timestamp(microseconds: 1_700_000_000_000_000)
      var lease = try store.engine.takeLease(momentary, at: start)
      try store.engine.releaseLease(lease, at: start)
      #expect(try store.reader.engine().host == "")
      let driver = try StoreDriver(store.engine)
      try driver.release()
      lease = try store.engine.takeLease(momentary, at: start)
      try store.engine.releaseLease(lease, at: start)
      #expect(try store.reader.engine().host == "here")
      #expect(try store.reader.engine().epoch == 3)
    },
    StoreClause("an engine notices what others commit, and not what it commits itself") { store in
      let driver = try StoreDriver(store.engine)
      _ = try store.engine.hasForeignCommits()
      #expect(try !store.engine.hasForeignCommits())
      try driver.deploy(ContractProcess.pair())
      #expect(try !store.engine.hasForeignCommits())
      _ = try store.inbox.post(ContractCommand.command("k", .suspend(InstanceID(1))), at: driver.now)
      #expect(try store.engine.hasForeignCommits())
      #expect(try !store.engine.hasForeignCommits())
    },
  ]
}
