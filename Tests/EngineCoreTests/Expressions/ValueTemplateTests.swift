import FoundationEssentials
import Testing

@testable import EngineCore

@Suite("Templates and mappings")
struct ValueTemplateTests {
  static let scope: Context = ["amount": 5, "order": ["id": "A-1"]]

  @Test(
    "strings that begin with = are calculated, everything else stays",
    arguments: [
      (1, 1), ("text", "text"), ("=amount * 2", 10), ("= amount", 5), ("==amount", "=amount"), ("===", "=="),
      ("a=b", "a=b"), ("", ""), (.null, .null),
      (["=amount", 1, ["=order.id"]], [5, 1, ["A-1"]]),
      (["a": "=order", "b": ["c": "x"]], ["a": ["id": "A-1"], "b": ["c": "x"]]),
      (["=key": "=missing"], ["=key": .null]),
    ] as [(Value, Value)])
  func evaluates(source: Value, expected: Value) throws {
    let template = try ValueTemplate(source)
    #expect(try template.evaluate(in: Self.scope) == expected)
    #expect(template.source == source)
    #expect(try JSONDecoder().decode(ValueTemplate.self, from: JSONEncoder().encode(template)) == template)
  }

  @Test("what has no expression in it is one literal")
  func folding() throws {
    #expect(try ValueTemplate(["a": [1, "==x"]]) == .literal(["a": [1, "=x"]]))
    #expect(try ValueTemplate(["a": [1, "=x"]]) != .literal(["a": [1, "=x"]]))
    #expect(try ValueTemplate(["b": ["=y"], "a": "=x"]).expressions.map(\.source) == ["x", "y"])
  }

  @Test("an expression that cannot be read refuses the template", arguments: ["=", "=1 +", "= "])
  func refuses(text: String) throws {
    #expect(throws: ExpressionError.self) { try ValueTemplate(["a": [.string(text)]]) }
    let data = try JSONEncoder().encode(Value.string(text))
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(ValueTemplate.self, from: data) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Expression.self, from: JSONEncoder().encode("1 +")) }
  }

  @Test("mappings see the same variables and give a context")
  func mappings() throws {
    let mappings = [
      Mapping(target: "amount", template: try ValueTemplate("=amount + 1")),
      Mapping(target: "before", template: try ValueTemplate("=amount")),
      Mapping(target: "note", template: try ValueTemplate("fixed")),
    ]
    #expect(try Mapping.evaluate(mappings, in: Self.scope) == ["amount": 6, "before": 5, "note": "fixed"])
    #expect(try JSONDecoder().decode([Mapping].self, from: JSONEncoder().encode(mappings)) == mappings)
    let failing = [Mapping(target: "x", template: try ValueTemplate(["y": "=missing + 1"]))]
    #expect(throws: ExpressionError.self) { try Mapping.evaluate(failing, in: Self.scope) }
  }
}
