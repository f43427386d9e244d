import DefinitionFormats
import EngineCore
import Testing

@Suite("Events in definitions")
struct EventDefinitionTests {
  private let definition: ProcessDefinition

  init() throws { definition = try DefinitionReader.read(Samples.events, file: "events.yaml") }

  private func kind(_ id: String) throws -> NodeKind {
    definition[try #require(definition.index(of: id), "no node \(id)")].kind
  }

  @Test("messages are sent and received with keys and values")
  func messages() throws {
    guard case .throwEvent(.message(let sent)) = try kind("ask") else { throw Mismatch() }
    #expect(sent.name == "offer-wanted")
    #expect(sent.timeToLive == .seconds(3600))
    #expect(sent.variables.map(\.target) == ["amount"])
    guard case .catchEvent(.message(let received)) = try kind("offered") else { throw Mismatch() }
    #expect(received.correlationKey == .expression(try Expression("order")))
    #expect(received.outputs.map(\.target) == ["price"])
  }

  @Test("the first event takes its way")
  func first() throws {
    #expect(try kind("answer") == .eventGateway)
    #expect(
      try kind("refused")
        == .catchEvent(
          .signal(
            SignalTrigger(
              name: "closed",
              outputs: [Mapping(target: "why", template: .expression(try Expression("signal.reason")))]))))
    #expect(try kind("cheap") == .catchEvent(.conditional(try Expression("price < 10"))))
  }

  @Test("a link lands at its namesake")
  func link() throws {
    let landing = try #require(definition.index(of: "over"))
    #expect(try kind("jump") == .throwEvent(.link(target: landing)))
    #expect(try kind("over") == .catchEvent(.link(name: "over")))
  }

  @Test("boundary events of all kinds have names of their own")
  func boundary() throws {
    let work = try #require(definition.index(of: "work"))
    let names = definition[work].boundaryEvents.map { definition[$0].id }
    #expect(names == ["work.message-stop", "work.signal-strike", "work.when", "work.escalation-LATE"])
  }

  @Test("a code that cannot stand in a name, such as that of a command, still gives its boundary event one")
  func codes() throws {
    let definition = try DefinitionReader.read(
      """
      process: p
      nodes:
        s:
          service: s
          events: [{error: "exit 65", next: r}, {error: exit-65, next: r}, {error: "a.b/c", next: r}]
          next: end
        r: {service: r, next: end}
      """, file: "f.yaml")
    let work = try #require(definition.index(of: "s"))
    let names = definition[work].boundaryEvents.map { definition[$0].id }
    #expect(names == ["s.error-exit-65", "s.error-exit-65-2", "s.error-a-b-c"])
  }

  @Test("what is handled stands beside the flow")
  func handling() throws {
    guard case .subprocess(let dispute) = try kind("dispute"), case .subprocess(let failed) = try kind("failed") else {
      throw Mismatch()
    }
    #expect(dispute.event?.isInterrupting == false)
    #expect(failed.event == EventStart(trigger: .error(code: nil), isInterrupting: true))
    #expect(try kind("gone") == .end(.throwing(.signal(SignalThrow(name: "over")))))
  }

  @Test("a message can start the process")
  func start() throws {
    #expect(definition.startEvents.map(\.node) == [definition.start])
    #expect(definition[definition.start].id == "ask")
  }

  @Test("the same process can be written in Swift")
  func builder() throws {
    let built = try ProcessDefinition("p") {
      First("answer", of: "offered", "closed")
      Receive("offered", message: "offer", key: "=order").output("price", "=message.price").next("work")
      Await("closed", signal: "closed").next("jump")
      Throw("jump", link: "over")
      Link("over").next("end")
      User("work", assignee: "anna").on(.signal(SignalTrigger(name: "strike")), interrupting: false, next: "note")
        .next("end")
      Throw("note", signal: "late", with: ["order": "=order"]).next("end")
      Handle("failed", .error(code: nil)) { Service("tidy", handler: "log") }
    }
    let read = try DefinitionReader.read(
      """
      process: p
      nodes:
        answer: {first: [offered, closed]}
        offered: {receive: offer, key: =order, output: {price: =message.price}, next: work}
        closed: {await: {signal: closed}, next: jump}
        jump: {throw: {link: over}}
        over: {link: over, next: end}
        work: {user: anna, events: [{signal: strike, interrupting: false, next: note}], next: end}
        note: {throw: {signal: late, with: {order: =order}}, next: end}
        failed: {handle: {error: any, nodes: {tidy: {service: log, next: end}}}}
      """, file: "p.yaml")
    #expect(built == read)
  }

  struct Mismatch: Error {}

  static let broken: [Broken] = [
    .nodes(
      "jumps to a link that is not there", "a: {throw: {link: here}}",
      "f:3: `a` jumps to the link `here`, which its scope does not have. Write a node with `link: here` where it lands."
    ),
    .nodes(
      "waits for the first of one event", "a: {first: [b]}\nb: {receive: m, next: end}",
      "f:3: `a` waits for the first of several events, and has only one. Wait for that event itself."),
    .nodes(
      "waits for the first of things that do not happen",
      "a: {first: [b, c]}\nb: {receive: m, next: end}\nc: {service: log, next: end}",
      "f:3: `a` waits for the first of several events, and `c` is no event that comes. "
        + "Lead to nodes that wait for a message, a signal, a time or a condition."),
    .nodes(
      "handles an error beside the rest",
      "a: {service: log, next: end}\nb: {handle: {error: any, interrupting: false, nodes: {c: {service: log, next: end}}}}",
      "f:4: `b` handles an error, which always ends the work around it."),
    .nodes(
      "handles again and again what ends it the first time",
      "a: {service: log, next: end}\nb: {handle: {every: 1h, interrupting: true, nodes: {c: {service: log, next: end}}}}",
      "f:4: `b` goes off again and again, and the first time ends everything around it. "
        + "Add `interrupting: false`, or use `after`."),
    .nodes(
      "handles a code twice",
      "a: {service: log, next: end}\nb: {handle: {error: X, nodes: {c: {service: log, next: end}}}}\n"
        + "d: {handle: {error: X, nodes: {e: {service: log, next: end}}}}",
      "f:5: the process handles the error `X` twice."),
    .nodes(
      "catches an escalation that cannot come", "a: {service: log, events: [{escalation: X, next: end}], next: end}",
      "f:3: `a` raises no escalations, so that `a.escalation-X` can never go off. Subprocesses and called processes do."
    ),
    .nodes(
      "leads to what is handled",
      "a: {service: log, next: b}\nb: {handle: {signal: s, nodes: {c: {service: log, next: end}}}}",
      "f:3: `a` leads to the event subprocess `b`, which only its own event starts.",
      "f:4: `b` is started by its event, and a flow leads to it or leaves it. It ends by itself."),
    .nodes(
      "throws two things", "a: {throw: {signal: s, escalation: E}, next: end}",
      "f:3: `throw` of `a` must say one thing that it throws. "
        + "Write it as `{signal: …}`, `{escalation: CODE}`, `{link: …}` or `{compensate: NODE}`."),
  ]

  @Test("mistakes are answered with their line and a sentence", arguments: broken)
  func mistakes(broken: Broken) {
    let error = #expect(throws: DefinitionErrors.self) {
      try DefinitionReader.read(broken.text, file: "f", handlers: ["log"])
    }
    #expect(error?.description == broken.said.joined(separator: "\n"))
  }
}
