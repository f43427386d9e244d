import DefinitionFormats
import EngineCore
import Testing

@Suite("Times in definitions")
struct TimerFormTests {
  private func read(_ text: String) throws -> ProcessDefinition { try DefinitionReader.read(text, file: "f") }

  private func every(_ value: String) throws -> TimerCycle {
    let definition = try read(
      """
      process: p
      nodes:
        a: {user: ada, events: [{every: \(value), next: remind}], next: end}
        remind: {user: ben, next: end}
      """)
    guard case .boundary(let event) = definition.nodes[1].kind, case .timer(.cycle(let cycle)) = event.trigger else {
      throw Rejection(.invalidArgument, "no cycle")
    }
    #expect(!event.isInterrupting)
    return cycle
  }

  @Test("every: is a period, a repeating interval, a cron expression or the long form of these")
  func forms() throws {
    #expect(try every("10m") == .every(.seconds(600)))
    #expect(try every("R5/PT10S") == .every(.seconds(10), times: 5))
    #expect(try every("'@daily'").text == "@daily")
    #expect(
      try every("{interval: P1M, from: '2026-01-31T07:00:00+01:00', times: 3}").text
        == "R3/2026-01-31T07:00:00+01:00/P1M")
    let cron = try every("{cron: '0 7 * * MON-FRI', zone: Europe/Berlin, dst: skip, times: 5}")
    #expect(
      cron
        == TimerCycle(
          .cron(try CronExpression("0 7 * * MON-FRI"), zone: "Europe/Berlin", shift: .skip), times: 5))
  }

  @Test("handle: can come again and again, and then does not interrupt")
  func handling() throws {
    let definition = try read(
      """
      process: p
      nodes:
        a: {user: ada, next: end}
        b: {handle: {every: 10m, nodes: {c: {user: ben, next: end}}}}
      """)
    let node = try #require(definition.index(of: "b"))
    guard case .subprocess(let subprocess) = definition[node].kind else {
      throw Rejection(.invalidArgument, "no subprocess")
    }
    #expect(subprocess.event == EventStart(trigger: .timer(.cycle(.every(.seconds(600)))), isInterrupting: false))
  }

  @Test("start: can say when instances start by themselves, and at which node")
  func starts() throws {
    let definition = try read(
      """
      process: p
      start: {every: {cron: '0 7 * * MON-FRI', zone: Europe/Berlin}, date: 2026-12-24T18:00:00Z, at: b}
      nodes:
        a: {user: ada, next: end}
        b: {wait: {until: =day}, next: a}
      """)
    #expect(definition[definition.start].id == "b")
    #expect(definition.startEvents.map(\.node) == [definition.start, definition.start])
    let cycle = TimerCycle(.cron(try CronExpression("0 7 * * MON-FRI"), zone: "Europe/Berlin", shift: .cron))
    let date = try #require(Timestamp(iso8601: "2026-12-24T18:00:00Z"))
    #expect(definition.startEvents.map(\.trigger) == [.timer(.cycle(cycle)), .timer(.date(date))])
    #expect(definition.nodes[1].kind == .catchEvent(.timer(.expression(try Expression("day")))))
    #expect(try ProcessDefinition(canonicalJSON: definition.canonicalJSON) == definition)
  }

  @Test("A program says the same")
  func builder() throws {
    let built = try ProcessDefinition("p", starts: [.timer(.cycle(.every(.seconds(60))))]) {
      User("a", assignee: "ada").every("R5/PT10S", next: "remind").next("end")
      User("remind", assignee: "ben").next("end")
    }
    let text = try read(
      """
      process: p
      start: {every: 1m}
      nodes:
        a: {user: ada, events: [{every: R5/PT10S, next: remind}], next: end}
        remind: {user: ben, next: end}
      """)
    #expect(built == text)
    #expect(text.nodes[1].id == "a.every-10s")
    #expect(throws: InvalidDefinition.self) {
      try ProcessDefinition("p") { User("a", assignee: "ada").every("soon", next: "a").next("end") }
    }
  }

  @Test(
    "Mistakes in times are told with their line",
    arguments: [
      ("{every: 10, next: end}", "f:4: `every`, 10, has no unit."),
      ("{every: =x, next: end}", "f:4: `every` is fixed, it cannot be an expression."),
      (
        "{every: often, next: end}",
        "f:4: `often` is no period. Write 10m, 2h, 1d, or ISO 8601 such as PT10S, P1W or P1M."
      ),
      ("{every: R0/PT1S, next: end}", "f:4: `R0/PT1S` is to go off 0 times."),
      ("{every: {cron: '0 25 * * *'}, next: end}", "f:4: the hour 25 of `0 25 * * *` is not from 0 to 23."),
      (
        "{every: {cron: '@daily', dst: often, zone: UTC}, next: end}",
        "f:4: `dst` is `often`. It is cron, skip or twice."
      ),
      (
        "{every: {cron: '@daily', dst: skip}, next: end}",
        "f:4: `dst` says what a zone's clock does, and there is no `zone`."
      ),
      ("{every: {cron: '@daily', from: 2026-01-01T00:00:00Z}, next: end}", "f:4: `from` has no meaning beside `cron`."),
      ("{every: {interval: 1d, zone: Europe/Berlin}, next: end}", "f:4: `zone` has no meaning beside `interval`."),
      ("{every: {times: 3}, next: end}", "f:4: `every` needs one of `interval` and `cron`."),
      (
        "{every: {interval: 1d, times: 0}, next: end}",
        "f:4: `times` is 0. It is at least 1; without it, there is no end."
      ),
      ("{every: 1d, after: 1h, next: end}", "f:4: a boundary event of `a` has both `after` and `every`."),
      (
        "{every: 1h, interrupting: true, next: end}",
        "f:4: `a.every-1h` goes off again and again, and the first time ends `a`. Add `interrupting: false`, or use `after`."
      ),
    ])
  func mistakes(event: String, said: String) {
    let error = #expect(throws: DefinitionErrors.self) {
      try read("process: p\nnodes:\n  a:\n    events: [\(event)]\n    user: ada\n    next: end")
    }
    #expect(error?.description.hasPrefix(said) == true, "\(error?.description ?? "")")
  }

  @Test("A wait cannot come again and again")
  func repeatingWait() {
    let error = #expect(throws: DefinitionErrors.self) {
      try read("process: p\nnodes:\n  a: {wait: {every: 1h}, next: end}")
    }
    #expect(error?.description.contains("f:3: a `wait` ends once, and `every` comes again and again.") == true)
  }
}
