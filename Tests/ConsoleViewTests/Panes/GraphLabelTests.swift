import EngineCore
import Testing

@testable import ConsoleView

@Suite("The names of nodes in the picture")
struct GraphLabelTests {
  private func label(_ loop: LoopDefinition?) -> String? {
    let work = Work.handler(name: "ask", configuration: .literal(.null))
    let node = NodeDefinition(id: "ask", kind: .activity(Activity(work: work)), loop: loop)
    return GraphModel(ProcessDefinition(key: "p", nodes: [node], flows: [], start: NodeIndex(rawValue: 0)))
      .nodes.first?.label
  }

  @Test("say whether a node is executed more than once, and how")
  func loops() throws {
    let shops = MultiInstance.Items.collection(try Expression("shops"), item: "shop")
    let number = MultiInstance.Items.count(try Expression("3"))
    #expect(label(nil) == "ask")
    #expect(label(.multiInstance(MultiInstance(items: shops))) == "ask (each)")
    #expect(label(.multiInstance(MultiInstance(items: shops, isSequential: true))) == "ask (each in turn)")
    #expect(label(.multiInstance(MultiInstance(items: number))) == "ask (n times)")
    #expect(label(.multiInstance(MultiInstance(items: number, isSequential: true))) == "ask (n in turn)")
    #expect(label(.standard(StandardLoop(condition: try Expression("dull")))) == "ask (again)")
  }
}
