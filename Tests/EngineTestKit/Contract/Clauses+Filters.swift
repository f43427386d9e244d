import EngineCore
import EngineRuntime
import EngineStorage
import Testing

extension StoreContract {
  static let filterClauses = [
    StoreClause("a filter means the same instances in every list and in every store") { store in
      let driver = try StoreDriver(store.engine)
      try walk(seed: 21, driver: driver) { _ in }
      let pair = try driver.deploy(ContractProcess.pair())
      try driver.start(pair, key: "k-3", variables: ["amount": "5", "customer": "Smith & Sons"])
      try driver.start(pair, key: "Kilo", variables: ["amount": 5])
      driver.now = driver.now + .seconds(60)
      for text in filters {
        let filter = try InstanceFilter.parse(text)
        let meant = try driver.instances.values.filter {
          FilterMatcher(filter, now: driver.now).matches($0, try driver.definition(of: $0))
        }
        let ids = Set(meant.map(\.id))
        let listed = try pages { try store.reader.instances(filter, now: driver.now, after: $0, limit: 2) }
        #expect(Set(listed.map(\.id)) == ids, "\(text)")
        #expect(listed.count == ids.count, "\(text)")
        let timers = try pages { try store.reader.timers(filter, now: driver.now, after: $0, limit: 2) }
        #expect(timers.count == meant.map(\.timers.count).reduce(0, +), "\(text)")
        let incidents = try pages { try store.reader.incidents(filter, now: driver.now, after: $0, limit: 2) }
        #expect(Set(incidents.map(\.instance.id)) == Set(meant.filter { !$0.incidents.isEmpty }.map(\.id)), "\(text)")
        let tasks = try pages { try store.reader.tasks(filter, now: driver.now, after: $0, limit: 2) }
        #expect(tasks.count == meant.map { $0.userTasks.count + $0.externalTasks.count }.reduce(0, +), "\(text)")
        let runs = try pages { try store.reader.compensations(filter, now: driver.now, after: $0, limit: 2) }
        #expect(runs.count == meant.map(\.runs.count).reduce(0, +), "\(text)")
      }
    },
    StoreClause("the instance whose number is typed comes first") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.pair())
      let first = try driver.start(deployed, key: "a")
      let second = try driver.start(deployed, key: "key-1")
      let third = try driver.start(deployed, key: "key-11")
      let rows = try pages {
        try store.reader.instances(InstanceFilter.parse("1"), now: driver.now, after: $0, limit: 1)
      }
      #expect(rows.map(\.id) == [first, third, second])
    },
  ]

  /// Every word, alone and together, on what the walk leaves.
  private static let filters = [
    "", "state:running", "state:compensating", "state:completed", "state:failed", "state:terminated", "state:incident",
    "state:suspended", "def:order", "def:order@1", "def:order@2", "def:none", "def:pair state:running",
    "def:order state:incident", "key:K-", "key:K-3", "key:k", "key:none", "node:approve", "node:pick", "node:none",
    "error:\"exit 1\"", "error:BROKE", "error:none", "var.amount=5", "var.amount=\"5\"",
    "var.customer=\"Smith & Sons\"", "var.n=3", "var.none=1", "age>1h", "age<1h", "age>0s", "changed>1h",
    "changed<1h", "due<1h", "due>1h", "due<2d", "k-3", "APPROVE", "2", "nothing", "state:running node:approve due<2d",
    "state:incident age>1s error:exit", "def:pair key:K var.amount=5", "state:suspended node:pick",
  ]

  static let detailClauses = [
    StoreClause("a detail holds everything about an instance, with its newest history") { store in
      let driver = try StoreDriver(store.engine)
      let deployed = try driver.deploy(ContractProcess.order())
      let id = try driver.start(deployed, variables: ["a": 1])
      try driver.finish("reserve", of: id, .completed(result: ["id": 7]))
      let posted = try store.inbox.post(ContractCommand.command("p", .suspend(id)), at: driver.now)
      let history = try #require(driver.histories[id])
      let detail = try #require(try store.reader.detail(id, historyLimit: 4))
      #expect(detail.instance == (try driver.instance(id)))
      #expect(detail.deployed == deployed)
      #expect(detail.history == history.suffix(4))
      #expect(detail.hasOlderHistory)
      #expect(detail.summary.id == id)
      #expect(detail.commands.map(\.id) == [posted.id])
      let whole = try #require(try store.reader.detail(id, historyLimit: 1_000))
      #expect(whole.history == history)
      #expect(!whole.hasOlderHistory)
      #expect(try store.reader.detail(id, historyLimit: 0)?.history.isEmpty ?? false)
      #expect(try store.reader.detail(InstanceID(99), historyLimit: 4) == nil)
    }
  ]
}
