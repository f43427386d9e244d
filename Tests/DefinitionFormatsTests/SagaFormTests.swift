import EngineCore
import Testing

@testable import DefinitionFormats

@Suite("What sets compensation off, as people write it")
struct SagaFormTests {
  static let trip = """
    process: trip
    saga: {scope: global, order: causal, onFailure: continue}
    nodes:
      plan: {service: plan, compensate: {service: forget, afterFailure: true}, next: book}
      book:
        transaction:
          nodes:
            hotel:
              run: [./hotel.sh]
              compensate: {run: [./leave.sh]}
              probe: {run: [./ask.sh, =room]}
              next: sure
            sure:
              choose:
                - {if: =sure, next: change}
                - else: give-up
            change: {throw: {compensate: hotel}, next: end}
            give-up: {end: cancel}
        events:
          - {cancel: true, next: regret}
        next: again
      again: {throw: compensate, next: end}
      regret: {end: {compensate: plan}}
    """

  @Test("is read as the same process that Swift builds")
  func equal() throws {
    let built = try ProcessDefinition(
      "trip", saga: SagaPolicy(scope: .global, onCompensationFailure: .continue, order: .causal)
    ) {
      Service("plan", handler: "plan").compensate(handler: "forget").compensateAlsoAfterFailure()
      Transaction("book") {
        Run("hotel", "./hotel.sh").compensate(run: "./leave.sh").probe(run: "./ask.sh", "=room")
        Choose("sure") {
          When("sure", next: "change")
          Otherwise("give-up")
        }
        Undo("change", "hotel").next("end")
        End.cancel("give-up")
      }
      .onCancel(next: "regret")
      Undo("again").next("end")
      End.compensate("regret", "plan")
    }
    let read = try DefinitionReader.read(Self.trip, file: "trip.yaml")
    #expect(read == built)
    #expect(try ProcessDefinition(canonicalJSON: read.canonicalJSON) == read)
  }

  @Test("is laid out with names that tell what it undoes")
  func kinds() throws {
    let read = try DefinitionReader.read(Self.trip, file: "trip.yaml")
    let hotel = try #require(read.index(of: "hotel"))
    func kind(_ id: String) throws -> NodeKind { read[try #require(read.index(of: id))].kind }
    #expect(try kind("change") == .throwEvent(.compensation(activity: hotel)))
    #expect(try kind("again") == .throwEvent(.compensation(activity: nil)))
    #expect(try kind("give-up") == .end(.cancel))
    #expect(try kind("regret") == .end(.throwing(.compensation(activity: read.index(of: "plan")))))
    let book = try #require(read.index(of: "book"))
    #expect(try kind("book.cancel") == .boundary(BoundaryEvent(host: book, trigger: .cancel)))
    #expect(read[book].subprocess?.isTransaction == true)
  }

  @Test("is known to the schema")
  func schema() throws {
    let schema = try Value(json: DefinitionSchema.json)
    let findings = Findings(file: "trip.yaml")
    let root = try #require(SourceParser(Self.trip, findings).parse())
    #expect(SchemaChecker(schema).mistakes(in: ValueReader(findings: findings).literal(root)) == [])
    let probe = schema.value(atPath: "definitions.probe.properties")?.contextValue?.entries.map(\.name) ?? []
    #expect(Set(probe) == Set(DefinitionKeys.undoing.flatMap(DefinitionKeys.probe)))
  }

  @Test("a subprocess can say by itself how it is undone")
  func handler() throws {
    let read = try DefinitionReader.read(
      """
      process: trip
      saga: global
      nodes:
        book:
          subprocess:
            nodes:
              hotel: {service: hotel, compensate: {service: leave}, next: end}
              undo:
                handle:
                  compensation: true
                  nodes:
                    back-out: {throw: {compensate: hotel}, next: tell}
                    tell: {service: tell, next: end}
          next: pay
        pay: {service: pay, next: end}
      """, file: "trip.yaml")
    let built = try ProcessDefinition("trip", saga: .global) {
      Scope("book") {
        Service("hotel", handler: "hotel").compensate(handler: "leave")
        Handle("undo", .compensation) {
          Undo("back-out", "hotel")
          Service("tell", handler: "tell")
        }
      }
      Service("pay", handler: "pay")
    }
    #expect(read == built)
  }

  static let mistakes: [Broken] = [
    .nodes(
      "handles the compensation of a process",
      "a: {service: log, next: end}\nh: {handle: {compensation: true, nodes: {b: {service: log, next: end}}}}",
      "f:4: `h` undoes the subprocess around it, and lies in none. Undo the steps of a process one by one, or with throw "
        + "events."),
    Broken(
      "undoes in an order that there is none of",
      "process: p\nsaga: {scope: local, order: random}\nnodes:\n  a: {wait: 1s, next: end}",
      "f:2: `order` is `random`. It is strict or causal."),
    .nodes(
      "throws something unknown", "a: {throw: {compensat: b}, next: end}",
      "f:3: `throw` of `a` must say one thing that it throws. Write it as `{signal: …}`, `{escalation: CODE}`, "
        + "`{link: …}` or `{compensate: NODE}`.",
      "f:3: `throw` of `a` has no key `compensat`. Did you mean `compensate`?"),
    .nodes(
      "undoes a node that does not exist",
      "a: {service: log, compensate: {service: log}, next: b}\nb: {throw: {compensate: aa}, next: end}",
      "f:4: `b` undoes `aa`, which does not exist. Did you mean `a`?"),
    .nodes(
      "undoes what nothing can undo", "a: {service: log, next: b}\nb: {throw: {compensate: a}, next: end}",
      "f:4: `b` undoes `a`, which nothing can undo. Give it a `compensate`."),
    .nodes(
      "undoes a scope without anything to undo", "a: {service: log, next: b}\nb: {end: compensate}",
      "f:4: `b` undoes what its scope did, and nothing there can be undone. Give a step a `compensate`."),
    .nodes(
      "undoes a step of another scope",
      "s:\n  subprocess:\n    nodes:\n      a: {service: log, compensate: {service: log}, next: end}\n  next: b\n"
        + "b: {end: {compensate: a}}",
      "f:8: `b` undoes `a`, which lies in another scope. An event undoes steps of its own scope; name the subprocess "
        + "around them instead."),
    .nodes(
      "cancels outside of a transaction", "a: {service: log, next: b}\nb: {end: cancel}",
      "f:4: `b` cancels a transaction, and lies in none. Write `transaction` instead of `subprocess` around it."),
    .nodes(
      "cancels a transaction that says nothing about it",
      "t:\n  transaction:\n    nodes:\n      a: {user: {}, events: [{error: X, next: b}], next: end}\n"
        + "      b: {end: cancel}\n  next: end",
      "f:7: `b` cancels the transaction `t`, which has no cancel event. Add `events: [{cancel: true, next: …}]` to it."),
    .nodes(
      "waits for a cancel that cannot come",
      "t:\n  transaction: {nodes: {a: {service: log, next: end}}}\n  events: [{cancel: true, next: end}]\n"
        + "  next: end",
      "f:5: `t.cancel` waits until `t` is cancelled, and nothing inside cancels it. Lead to a node `{end: cancel}` "
        + "inside, or drop the event."),
    .nodes(
      "waits for the cancel of a subprocess",
      "t:\n  subprocess: {nodes: {a: {service: log, next: end}}}\n  events: [{cancel: true, next: end}]\n"
        + "  next: end",
      "f:5: `t.cancel` waits until `t` is cancelled, which is no transaction. Write `transaction` instead of "
        + "`subprocess`."),
    .nodes(
      "probes what nothing undoes", "a: {service: log, probe: {service: log}, next: end}",
      "f:3: `a` has a probe and nothing that undoes it. A probe is asked before a step in doubt is undone; add "
        + "`compensate`."),
    .nodes(
      "probes in no way",
      "a:\n  service: log\n  compensate: {service: log}\n  probe: {timeout: 1s}\n  next: end",
      "f:6: `probe` must have exactly one of `run`, `service`, `external`, `user`."),
    .nodes(
      "probes a person", "a: {user: {}, probe: {service: log}, next: end}",
      "f:3: `probe` has no meaning at a `user`. Nobody doubts whether it happened."),
    .nodes(
      "undoes a failed subprocess as a whole",
      "s:\n  subprocess: {nodes: {a: {service: log, next: end}}}\n"
        + "  compensate: {service: log, afterFailure: true}\n  next: end",
      "f:5: `s` is a subprocess: when it fails, its steps are undone one by one. Say `afterFailure` at a step inside."),
    .nodes(
      "says that an event is not cancel",
      "t:\n  transaction: {nodes: {a: {service: log, next: end}}}\n  events: [{cancel: false, next: end}]\n"
        + "  next: end",
      "f:5: `cancel` is false. Leave the event out, or write `cancel: true`."),
  ]

  @Test("is answered with the line and a sentence for each mistake", arguments: mistakes)
  func message(broken: Broken) {
    let error = #expect(throws: DefinitionErrors.self) {
      try DefinitionReader.read(broken.text, file: "f", handlers: ["log"])
    }
    #expect(error?.description == broken.said.joined(separator: "\n"))
  }
}
