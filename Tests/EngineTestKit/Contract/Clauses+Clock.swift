import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  /// Stored timers under a clock that somebody sets.
  static let clockClauses: [StoreClause] = [
    StoreClause("a clock that jumps forward fires what is due, the oldest first") { store in
      let engine = try TimedEngine(store.engine)
      engine.run(try late("a", 300), try late("b", 100), try late("c", 200), try late("d", 9_000))
      engine.setClock(to: 3_600)
      #expect(engine.takeBegun() == ["2:work", "3:work", "1:work"])
    },
    StoreClause("a clock that is set back fires nothing twice and loses nothing") { store in
      let engine = try TimedEngine(store.engine)
      engine.run(try late("a", 100), try late("b", 200))
      engine.setClock(to: 100)
      #expect(engine.takeBegun() == ["1:work"])
      engine.setClock(to: -3_600)
      engine.setClock(to: 150)
      #expect(engine.takeBegun() == [])
      engine.setClock(to: 200)
      #expect(engine.takeBegun() == ["2:work"])
    },
    StoreClause("a timer that comes again keeps to its plan, wherever the clock goes") { store in
      let engine = try TimedEngine(store.engine)
      engine.run(try ContractProcess.reminder(.every(.seconds(10))))
      engine.setClock(to: 10)
      engine.setClock(to: -500)
      engine.setClock(to: 10)
      #expect(engine.takeBegun() == ["1:remind"])
      engine.setClock(to: 20)
      #expect(engine.takeBegun() == ["1:remind"])
      engine.setClock(to: 3_605)
      #expect(engine.takeBegun() == ["1:remind"])
      #expect(try store.engine.loadInstance(InstanceID(1))?.timers.map(\.due) == [TimedEngine.start + .seconds(3_610)])
    },
    StoreClause("a timer that was given another time fires then, and then alone") { store in
      let engine = try TimedEngine(store.engine)
      engine.run(try late("a", 100))
      let timer = try #require(try store.engine.loadInstance(InstanceID(1))?.timers.first).id
      engine.perform(.rescheduleTimer(InstanceID(1), timer: timer, due: TimedEngine.start + .seconds(500)))
      engine.setClock(to: 499)
      #expect(engine.takeBegun() == [])
      engine.setClock(to: 50)
      engine.perform(.rescheduleTimer(InstanceID(1), timer: timer, due: TimedEngine.start + .seconds(60)))
      engine.setClock(to: 60)
      engine.setClock(to: 600)
      #expect(engine.takeBegun() == ["1:work"])
    },
    StoreClause("what fell due while no engine ran fires when one starts, the oldest first") { store in
      let first = try TimedEngine(store.engine)
      first.run(try late("a", 300), try late("b", 100), try late("c", 200), try late("d", 9_000))
      first.close()
      first.clock.set(to: TimedEngine.start + .seconds(1_000))
      let second = try TimedEngine(try store.another(), clock: first.clock)
      #expect(second.takeBegun() == ["2:work", "3:work", "1:work"])
    },
    StoreClause("a suspended instance keeps its due times, and they take effect on resume") { store in
      let engine = try TimedEngine(store.engine)
      engine.run(try late("a", 100))
      engine.perform(.suspend(InstanceID(1)))
      engine.setClock(to: 200)
      #expect(engine.takeBegun() == [])
      #expect(try store.engine.loadInstance(InstanceID(1))?.timers.map(\.due) == [TimedEngine.start + .seconds(100)])
      engine.perform(.resume(InstanceID(1)))
      #expect(engine.takeBegun() == ["1:work"])
    },
    StoreClause("a lease ends by the clock: set forward it is over, set back it holds the longer") { store in
      let engine = try TimedEngine(store.engine)
      engine.run(try ContractProcess.external(topic: "t"))
      let fetch = Verb.fetchTasks(topic: "t", worker: "w", limit: 1, lease: .seconds(30))
      func attempts() throws -> Int? {
        let instance = try store.engine.loadInstance(InstanceID(1))
        return instance?.tokens.first?.attempt
      }
      engine.perform(fetch)
      engine.setClock(to: -1_000)
      engine.perform(fetch)
      #expect(try attempts() == 1)
      engine.setClock(to: 31)
      engine.perform(fetch)
      #expect(try attempts() == 2)
    },
  ]

  /// Waits, then works.
  private static func late(_ key: String, _ seconds: Int64) throws -> ProcessDefinition {
    try ProcessDefinition(key) {
      Wait("pause", for: .seconds(seconds))
      Service("work", handler: "work")
    }
  }
}
