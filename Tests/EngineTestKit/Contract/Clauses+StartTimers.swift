import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  /// Definitions that start by themselves.
  static let startTimerClauses: [StoreClause] = [
    StoreClause("a definition starts an instance at each of its times, as often as it says") { store in
      let engine = try TimedEngine(store.engine)
      engine.perform(.deploy(try clockwork(.every(.seconds(10), times: 3)), folder: "/"))
      for second in 1...50 { engine.setClock(to: Int64(second)) }
      #expect(engine.takeBegun() == ["1:work", "2:work", "3:work"])
      #expect(try (1...3).map { try store.engine.loadInstance(InstanceID($0))?.createdAt } == [10, 20, 30].map(at))
      #expect(try store.engine.startTimers() == [])
    },
    StoreClause("times that passed while no engine ran are made up for by one start, and none starts twice") { store in
      let first = try TimedEngine(store.engine)
      first.perform(.deploy(try clockwork(.every(.seconds(10))), folder: "/"))
      first.setClock(to: 10)
      #expect(first.takeBegun() == ["1:work"])
      first.close()
      first.clock.set(to: at(47))
      let second = try TimedEngine(try store.another(), clock: first.clock)
      #expect(second.takeBegun().filter { $0 != "1:work" } == ["2:work"])
      #expect(try store.engine.startTimers().map(\.due) == [at(50)])
      second.setClock(to: -100)
      second.setClock(to: 49)
      #expect(second.takeBegun() == [])
      second.setClock(to: 50)
      #expect(second.takeBegun() == ["3:work"])
    },
    StoreClause("only the newest version starts, by the times that it has") { store in
      let engine = try TimedEngine(store.engine)
      engine.perform(.deploy(try clockwork(.every(.seconds(10))), folder: "/"))
      engine.setClock(to: 5)
      engine.perform(.deploy(try clockwork(.every(.seconds(60))), folder: "/"))
      engine.setClock(to: 64)
      #expect(engine.takeBegun() == [])
      engine.setClock(to: 65)
      #expect(try store.engine.loadInstance(InstanceID(1))?.definition == DefinitionID(2))
      engine.perform(.deploy(try clockwork(nil), folder: "/"))
      engine.setClock(to: 1_000)
      #expect(engine.takeBegun() == ["1:work"])
    },
    StoreClause("deploying the same again leaves its times alone") { store in
      let engine = try TimedEngine(store.engine)
      engine.perform(.deploy(try clockwork(.every(.seconds(10))), folder: "/"))
      engine.setClock(to: 5)
      engine.perform(.deploy(try clockwork(.every(.seconds(10))), folder: "/"))
      #expect(try store.engine.startTimers().map(\.due) == [at(10)])
    },
    StoreClause("a definition whose zone is not known is not deployed") { store in
      let engine = try TimedEngine(store.engine)
      let daily = TimerCycle(.cron(try CronExpression("@daily"), zone: "Europe/Atlantis", shift: .cron))
      engine.perform(.deploy(try clockwork(daily), folder: "/"))
      #expect(try store.engine.findDefinition(key: "clockwork", version: nil) == nil)
      #expect(try store.engine.startTimers() == [])
    },
    StoreClause("dates and cron expressions start too, and a date that has passed does not") { store in
      let engine = try TimedEngine(store.engine)
      let midnight = EventTrigger.timer(
        .cycle(TimerCycle(.cron(try CronExpression("@daily"), zone: nil, shift: .cron))))
      let definition = try ProcessDefinition(
        "clockwork", starts: [midnight, .timer(.date(at(30))), .timer(.date(at(-30)))]
      ) { Service("work", handler: "work") }
      engine.perform(.deploy(definition, folder: "/"))
      #expect(try store.engine.startTimers().map(\.due) == [at(1), at(30)])
      engine.setClock(to: 86_400)
      #expect(engine.takeBegun() == ["1:work", "2:work"])
      #expect(try store.engine.startTimers().map(\.due) == [at(86_401)])
    },
  ]

  private static func at(_ seconds: Int) -> Timestamp { TimedEngine.start + .seconds(seconds) }

  private static func clockwork(_ cycle: TimerCycle?) throws -> ProcessDefinition {
    try ProcessDefinition("clockwork", starts: cycle.map { [.timer(.cycle($0))] } ?? []) {
      Service("work", handler: "work")
    }
  }
}
