import EngineCore
import Testing

@testable import EngineRuntime

@Suite("What comes due in an instance before it has followed its suspended definition is not lost")
struct HoldTests {
  private static func service(_ name: String) -> NodeDefinition {
    NodeDefinition(id: name, kind: .activity(Activity(work: .handler(name: name, configuration: .literal(.null)))))
  }

  /// More instances than follow their definition in one turn, each at the first node; then `b`.
  private func engine(at first: NodeDefinition, handlers: Int) throws -> (engine: EngineHarness, last: Int64) {
    let engine = try EngineHarness { $0.concurrentHandlers = handlers }
    let flow = SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1))
    engine.post(
      .deploy(
        ProcessDefinition(key: "p", nodes: [first, Self.service("b")], flows: [flow], start: NodeIndex(rawValue: 0)),
        folder: "/"))
    let last = EngineLoop.followersPerTurn + 1
    for _ in 0..<last { engine.post(.start(process: "p", version: nil, businessKey: nil, variables: Context())) }
    engine.settle()
    return (engine, Int64(last))
  }

  /// Suspends the definition, makes one more turn in which `comesDue` takes place, and lets it go on again.
  private func interrupt(_ engine: EngineHarness, comesDue: () -> Void) {
    engine.post(.suspendDefinition(process: "p", version: nil))
    _ = engine.loop.turn()
    comesDue()
    _ = engine.loop.turn()
    engine.post(.resumeDefinition(process: "p", version: nil))
    engine.settle()
  }

  @Test("a timer")
  func timer() throws {
    let wait = NodeDefinition(id: "w", kind: .catchEvent(.timer(.delay(.seconds(5)))))
    let (engine, last) = try engine(at: wait, handlers: 1_000)
    interrupt(engine) { engine.clock.advance(by: .seconds(6)) }
    #expect(Set(engine.started.map(\.work.instance.rawValue)) == Set(1...last))
  }

  @Test("a step that waits for room")
  func readyStep() throws {
    let (engine, last) = try engine(at: Self.service("a"), handlers: 1)
    interrupt(engine) { engine.report("a") }
    for _ in 0..<(2 * last) {
      engine.report(engine.nodesStarted.last ?? "")
      engine.settle()
    }
    #expect(Set(engine.started.map(\.work.instance.rawValue)) == Set(1...last))
  }
}
