import DefinitionFormats
import EngineCore
import Foundation
import Testing

@Suite("The definitions of the demo")
struct DemoTests {
  private static let handlers = ["exec", "log", "set", "simulate"]

  @Test("are there")
  func present() {
    #expect(DemoFile.definitions == ["approval.yaml", "fulfilment.yaml", "order.yaml", "payment.yaml"])
  }

  @Test("are valid, and begin with two lines that say what they show", arguments: DemoFile.definitions)
  func valid(name: String) throws {
    let text = try DemoFile.text(name)
    let definition = try DefinitionReader.read(text, file: name, handlers: Self.handlers)
    #expect(definition.key + ".yaml" == name)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(2).allSatisfy { $0.hasPrefix("# ") && $0.hasSuffix(".") })
    #expect(lines[2] == "process: \(definition.key)")
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test("run scripts that are there and may be run", arguments: DemoFile.definitions)
  func scripts(name: String) throws {
    let definition = try DefinitionReader.read(try DemoFile.text(name), file: name)
    let works = definition.nodes.compactMap(\.activity).flatMap { [$0.work, $0.compensation?.work].compactMap { $0 } }
    for case .handler("exec", let configuration) in works {
      let command = try #require(configuration.source.listValue?.first?.stringValue)
      #expect(FileManager.default.isExecutableFile(atPath: DemoFile.folder.appendingPathComponent(command).path))
    }
  }

  @Test("of an order has an undoing step for every step that did something")
  func order() throws {
    let definition = try DefinitionReader.read(try DemoFile.text("order.yaml"), file: "order.yaml")
    #expect(definition.saga == .global)
    let undone = definition.nodes.filter { $0.activity?.compensation != nil }.map(\.id)
    #expect(undone == ["reserve", "charge", "book"])
  }

  @Test(
    "say what they have been given, and something of their own where they have been given nothing",
    arguments: [
      ("order.yaml", "thank", "Ada Lovelace has brass orrery"),
      ("fulfilment.yaml", "leave", "a telescope for Caroline Herschel left as SAGA1"),
      ("approval.yaml", "remind", "still waiting for grace to approve a difference engine"),
      ("payment.yaml", "receipt", "Charles Babbage paid 17000 GBP"),
    ])
  func sentences(file: String, node: String, sentence: String) throws {
    let definition = try DefinitionReader.read(try DemoFile.text(file), file: file)
    let first = try #require(definition[definition.start].activity)
    var variables = try Mapping.evaluate(first.outputs, in: Context())
    variables["tracking"] = "SAGA1"
    let index = try #require(definition.index(of: node))
    guard case .handler("log", let configuration)? = definition[index].activity?.work else {
      Issue.record("\(node) does not log")
      return
    }
    #expect(try configuration.evaluate(in: variables) == ["message": .string(sentence)])
  }

  @Test("of an order charges what the goods cost, and keeps what it was given")
  func amount() throws {
    let definition = try DefinitionReader.read(try DemoFile.text("order.yaml"), file: "order.yaml")
    let receive = try #require(definition.nodes[0].activity)
    let charge = try #require(definition.nodes.first { $0.id == "charge" }?.activity)
    let given: Context = ["quantity": 3, "customer": "Grace"]
    let variables = given.merging(try Mapping.evaluate(receive.outputs, in: given))
    let inputs = try Mapping.evaluate(charge.inputs, in: variables)
    #expect(inputs["customer"] == "Grace")
    #expect(inputs["amount"] == (try Value(json: "448.5")))
  }
}
