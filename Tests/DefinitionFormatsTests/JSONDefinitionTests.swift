import DefinitionFormats
import EngineCore
import Testing

@Suite("A definition in JSON")
struct JSONDefinitionTests {
  private static let json = #"""
    {
    	"nodes": {
    		"a": {"next": "b", "with": {"message": "= \"caf\u00e9 \ud83d\ude00\" + \/x"}, "service": "log"},
    		"b": {"choose": [{"if": "=n > 1e3", "next": "a"}, {"else": "end"}]}
    	},
    	"name": "\ud83d\ude00 \u0041",
    	"process": "json"
    }
    """#.replacingSlash

  @Test("is read like YAML: keys in any order, tabs, escapes and characters beyond the basic plane")
  func json() throws {
    let definition = try DefinitionReader.read(Self.json, file: "a.json")
    #expect(definition.name == "😀 A")
    #expect(definition.nodes.map(\.id) == ["a", "b", "end"])
    let template = try ValueTemplate(["message": "= \"café 😀\" + x"])
    #expect(definition.nodes[0].activity?.work == .handler(name: "log", configuration: template))
  }

  @Test("has line numbers in its errors")
  func lines() {
    let text = "{\n\"process\": \"p\",\n\"nodes\": {\n  \"a\": {\"wait\": \"1s\",\n    \"next\": \"b\"}}}"
    let error = #expect(throws: DefinitionErrors.self) { try DefinitionReader.read(text, file: "a.json") }
    #expect(error?.errors.map { "\($0.line):\($0.column)" } == ["5:13"])
  }

  @Test("that says the same as YAML becomes the same definition")
  func equal() throws {
    let yaml = "process: p\nnodes:\n  a:\n    run: [x, 1]\n    retry: 2\n    next: end"
    let json = #"{"process": "p", "nodes": {"a": {"run": ["x", 1], "retry": 2, "next": "end"}}}"#
    let fromYAML = try DefinitionReader.read(yaml, file: "a.yaml")
    let fromJSON = try DefinitionReader.read(json, file: "a.json")
    #expect(fromYAML.canonicalJSON == fromJSON.canonicalJSON)
  }
}

extension String {
  /// An expression cannot have a slash there; the escape is what matters.
  fileprivate var replacingSlash: String {
    split(separator: #"\/x"#, omittingEmptySubsequences: false).joined(separator: #"\u0078"#)
  }
}
