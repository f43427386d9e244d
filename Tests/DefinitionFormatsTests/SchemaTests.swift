import EngineCore
import Testing

@testable import DefinitionFormats

@Suite("The schema for editors")
struct SchemaTests {
  private let schema: Value

  init() throws { schema = try Value(json: DefinitionSchema.json) }

  private func keys(_ path: String) -> Set<String> {
    Set(schema.value(atPath: path)?.contextValue?.entries.map(\.name) ?? [])
  }

  /// The keys of the long form of something that also has a short one.
  private func longFormKeys(_ name: String) -> Set<String> {
    let forms = schema.value(atPath: "definitions.\(name).oneOf")?.listValue ?? []
    return Set(forms.compactMap { $0["properties"]?.contextValue }.flatMap { $0.entries.map(\.name) })
  }

  @Test("knows the keys that the reader knows, and no others")
  func keys() {
    #expect(keys("properties") == Set(DefinitionKeys.process))
    #expect(keys("definitions.node.properties") == Set(DefinitionKeys.anywhere))
    #expect(
      keys("definitions.compensate.properties") == Set(DefinitionKeys.undoing.flatMap(DefinitionKeys.compensation)))
    #expect(keys("definitions.subprocess.properties") == Set(DefinitionKeys.subprocess))
    #expect(keys("definitions.events.items.properties") == Set(DefinitionKeys.event))
    #expect(keys("definitions.branch.properties") == Set(DefinitionKeys.branch))
    #expect(longFormKeys("for") == Set(DefinitionKeys.each))
    #expect(keys("definitions.repeat.properties") == Set(DefinitionKeys.repeat))
    #expect(longFormKeys("saga") == Set(DefinitionKeys.saga))
    #expect(longFormKeys("keep") == Set(DefinitionKeys.keep))
    let events = schema.value(atPath: "definitions.publishable.enum")?.listValue?.compactMap(\.stringValue)
    #expect(events == PublishableEvent.allCases.map(\.rawValue))
    #expect(longFormKeys("retry") == Set(DefinitionKeys.retry))
    #expect(longFormKeys("external") == Set(DefinitionKeys.external))
    #expect(longFormKeys("call") == Set(DefinitionKeys.call))
    #expect(longFormKeys("user") == Set(DefinitionKeys.user))
    #expect(longFormKeys("cycle") == Set(DefinitionKeys.cycle))
    #expect(longFormKeys("wait") == Set(DefinitionKeys.wait))
    #expect(longFormKeys("end") == Set(DefinitionKeys.end))
    #expect(longFormKeys("send") == Set(DefinitionKeys.sent))
    #expect(keys("definitions.await.properties") == Set(DefinitionKeys.awaited))
    #expect(longFormKeys("throw") == Set(DefinitionKeys.thrown))
    #expect(keys("definitions.handle.properties") == Set(DefinitionKeys.handled))
    let kinds = schema.value(atPath: "definitions.node.oneOf")?.listValue ?? []
    #expect(kinds.compactMap { $0["required"]?[0]?.stringValue } == NodeWord.allCases.map(\.rawValue))
  }

  @Test(
    "accepts what the reader accepts", arguments: DemoFile.definitions + ["sample", "everything", "loops", "events"])
  func accepts(name: String) throws {
    let text: String
    switch name {
    case "sample": text = Samples.orderFulfilment
    case "everything": text = Samples.everything
    case "loops": text = Samples.loops
    case "events": text = Samples.events
    default: text = try DemoFile.text(name)
    }
    let mistakes = SchemaChecker(schema).mistakes(in: try Self.value(text))
    #expect(mistakes == [])
  }

  @Test(
    "refuses what an editor can see to be wrong",
    arguments: [
      "process: p", "process: p\nnodes: {a: {next: end}}", "process: p\nnodes: {a: {wait: 1s, retry: true, next: end}}",
      "process: p\nnodes: {a: {wait: 1s, service: log}}", "process: p\nsaga: globl\nnodes: {a: {end: terminate}}",
      "process: p\nnodes: {a: {service: log, timeout: soon, next: end}}", "process: p\nnodes: {a: {fork: [b]}}",
      "process: p\nnodes: {a: {choose: [{if: x, next: end}]}}", "process: p\nnodes: {'a b': {end: plain}}",
    ])
  func refuses(text: String) throws {
    #expect(!SchemaChecker(schema).mistakes(in: try Self.value(text)).isEmpty)
  }

  /// YAML as an editor sees it.
  private static func value(_ text: String) throws -> Value {
    let findings = Findings(file: "f")
    let node = try #require(SourceParser(text, findings).parse())
    return ValueReader(findings: findings).literal(node)
  }
}
