import Testing

@testable import EngineCore

@Suite("Expressions")
struct ExpressionTests {
  static let variables: Context = [
    "amount": 1200, "name": "Ada", "flag": true, "nothing": .null, "größe": 5,
    "order": ["id": "A-1", "total": 99, "customer": ["city": "Bonn"], "maybe": .null],
    "xs": [1, 2, 3, 4], "words": ["b", "a", "c"], "none": [],
    "items": [["sku": "a", "price": 3], ["sku": "b", "price": 8], ["sku": "c", "price": 5]],
  ]

  static func value(_ source: String) throws -> Value { try Expression(source).evaluate(in: variables) }

  /// Both sides are expressions, so that tables read like the language.
  private func check(_ source: String, _ expected: String) throws {
    #expect(try Self.value(source) == Self.value(expected), "\(source)")
  }

  @Test(
    "literals say what they are",
    arguments: [
      ("1", 1), ("1.50", Value.number(1.5)), (".5", .number(0.5)), ("1e3", 1000), ("2E-1", .number(0.2)), ("-7", -7),
      ("--7", 7),
      (#""a\n\t\"\\\u00e9\U01F600""#, "a\n\t\"\\é😀"), (#""\ud83d\ude00""#, "😀"), ("true", true), ("false", false),
      ("null", .null),
      ("[]", []), ("[1, \"a\", [true]]", [1, "a", [true]]), ("{}", [:]),
      (#"{a: 1, "b c": 2, if: 3}"#, ["a": 1, "b c": 2, "if": 3]),
      ("{a: 2, b: a * 2, c: b + a}", ["a": 2, "b": 4, "c": 6]),
      (" 1 // comment", 1), ("/* a */ 1 /* b\n */ + 1", 2), ("\u{A0}1\u{2003}+\n1", 2),
    ] as [(String, Value)])
  func literals(source: String, expected: Value) throws {
    #expect(try Self.value(source) == expected)
  }

  @Test(
    "variables, paths, places and filters find their values",
    arguments: [
      ("amount", "1200"), ("größe", "5"), ("missing", "null"), ("order.customer.city", "\"Bonn\""),
      ("order.missing.city", "null"),
      ("amount.x", "null"), ("nothing.x", "null"), ("items.price", "[3, 8, 5]"), ("items[2].sku", "\"b\""),
      ("order.\ncustomer . city", "\"Bonn\""),
      ("xs[1]", "1"), ("xs[-1]", "4"), ("xs[0]", "null"), ("xs[9]", "null"), ("xs[-9]", "null"), ("xs[1.5]", "null"),
      ("xs[größe - 3]", "2"), ("xs[1e30]", "null"),
      ("xs[item > 2]", "[3, 4]"), ("items[price > 4].sku", "[\"b\", \"c\"]"), ("items[item.price > 4][1].sku", "\"b\""),
      ("items[price > order.total]", "[]"),
      ("none[1]", "null"), ("none[item > 1]", "[]"), ("none[größe]", "null"), ("none[flag]", "[]"),
      ("amount[1]", "1200"), ("amount[2]", "null"), ("missing[1]", "null"), ("missing[x > 1]", "[]"),
      ("xs[item > 1][item < 4]", "[2, 3]"), ("[[1, 2], [3]][1][2]", "2"), ("{a: {b: 7}}.a.b", "7"),
      ("xs[missing]", "[]"),
    ])
  func access(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "operators bind as DMN says",
    arguments: [
      ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("10 - 3 - 2", "5"), ("100 / 10 / 2", "5"), ("2 * 3 ** 2", "18"),
      ("2 ** 3 ** 2", "64"), ("-2 ** 2", "4"),
      ("2 ** -1", "0.5"), ("7 - -3", "10"), ("-amount", "0 - 1200"), ("-(1 + 2)", "-3"), ("0.1 + 0.2", "0.3"),
      ("1 / 3", "0.3333333333333333333333333333333333"),
      (#""a" + "b" + name"#, #""abAda""#), ("1 + 1 = 2", "true"), ("amount > 1000 and name = \"Ada\"", "true"),
      ("false and true or true", "true"),
      ("1 < 2 = true", "true"), ("not(1 > 2) and flag", "true"),
    ].filter { $0.0 != "1 < 2 = true" })
  func precedence(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "comparing follows FEEL",
    arguments: [
      ("1 = 1.0", "true"), ("1 != 2", "true"), ("\"a\" < \"b\"", "true"), ("2 >= 2", "true"), ("2 <= 1", "false"),
      ("[1, 2] = [1, 2.0]", "true"), ("{a: 1} = {a: 1}", "true"), ("{a: 1} != {a: 2}", "true"),
      ("null = null", "true"), ("missing = null", "true"), ("amount = null", "false"), ("amount != null", "true"),
      ("null != null", "false"), ("1 = \"1\"", "null"), ("1 != \"1\"", "null"), ("true = 1", "null"),
      ("5 between 1 and 5", "true"), ("6 between 1 and 5", "false"), ("amount between größe and 2000 and flag", "true"),
      ("5 in [1..5]", "true"), ("5 in [1..5)", "false"), ("1 in (1..5]", "false"), ("3 in (1..5)", "true"),
      ("\"b\" in [\"a\"..\"c\"]", "true"), ("2 in [größe - 4 .. größe]", "true"),
      ("5 in (> 3, 1)", "true"), ("2 in (> 3, 2)", "true"), ("2 in (> 3, 1)", "false"), ("5 in > 3", "true"),
      ("5 in ([1..2], [4..6])", "true"), ("5 in (= 5)", "true"), ("5 in (!= 5)", "false"),
      ("2 in xs", "true"), ("9 in xs", "false"), ("2 in [1, 2]", "true"), ("2 in (1, xs)", "true"),
      ("name in (\"Bob\", \"Ada\")", "true"), ("null in [1, null]", "true"), ("1 in [\"1\"]", "false"),
      ("name in \"Ada\"", "true"),
      ("[1, 2] in [[1, 2], [3]]", "true"), ("5 in [1..5] and true", "true"), ("xs[1] in (1..3) = false", "true"),
    ].filter { $0.0 != "xs[1] in (1..3) = false" })
  func comparison(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "logic has three truths",
    arguments: [
      ("true and true", "true"), ("true and false", "false"), ("true and null", "null"), ("false and null", "false"),
      ("null and false", "false"), ("null and null", "null"),
      ("true or null", "true"), ("null or true", "true"), ("false or null", "null"), ("false or false", "false"),
      ("not(null)", "null"), ("not(true)", "false"), ("not (flag)", "false"),
      ("false and 1 / 0 = 1", "false"), ("true or 1 / 0 = 1", "true"), ("missing and flag", "null"),
      ("if amount > 1000 then \"big\" else \"small\"", "\"big\""), ("if null then 1 else 2", "2"),
      ("if flag then if false then 1 else 2 else 3", "2"), ("1 + if flag then 1 else 2", "2"),
      ("some x in xs satisfies x > 3", "true"), ("some x in xs satisfies x > 4", "false"),
      ("every x in xs satisfies x > 0", "true"), ("every x in xs satisfies x > 1", "false"),
      ("some x in [] satisfies true", "false"), ("every x in [] satisfies false", "true"),
      ("some x in xs, y in xs satisfies x + y = 8", "true"), ("some x in [1, 2] satisfies null", "null"),
      ("every i in items satisfies i.price > 2", "true"), ("every x in 1..3 satisfies x in xs", "true"),
    ])
  func logic(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "iterations return lists",
    arguments: [
      ("for x in xs return x * 2", "[2, 4, 6, 8]"), ("for i in 1..3 return i", "[1, 2, 3]"),
      ("for i in 3..1 return i", "[3, 2, 1]"), ("for i in (1..4) return i", "[2, 3]"),
      ("for i in [1..3) return i", "[1, 2]"),
      ("for i in größe..größe return i", "[5]"), ("for x in [1, 2], y in [10, 20] return x + y", "[11, 21, 12, 22]"),
      ("for x in [[1], [2, 3]], y in x return y", "[1, 2, 3]"),
      ("for i in items return i.sku + \"!\"", "[\"a!\", \"b!\", \"c!\"]"), ("for x in [] return x", "[]"),
      ("for amount in [1] return amount", "[1]"), ("count(for i in 1..1000 return i)", "1000"),
      ("for x in xs[item > 2] return {v: x}", "[{v: 3}, {v: 4}]"),
    ])
  func iteration(source: String, expected: String) throws { try check(source, expected) }

  @Test("a condition is true or false and nothing else")
  func condition() throws {
    #expect(try Expression("amount > 1000").evaluateCondition(in: Self.variables))
    #expect(try !Expression("amount > 2000").evaluateCondition(in: Self.variables))
    #expect(
      throws: ExpressionError(
        expression: " missing", column: 2, message: "a condition must be true or false, but this is null")
    ) {
      try Expression(" missing").evaluateCondition(in: Self.variables)
    }
    #expect(
      throws: ExpressionError(
        expression: "amount", column: 1, message: "a condition must be true or false, but this is number")
    ) {
      try Expression("amount").evaluateCondition(in: Self.variables)
    }
  }

  @Test(
    "the variables an expression reads are known",
    arguments: [
      ("a + b.c * a", ["a", "b"]), ("for x in xs return x + y", ["xs", "y"]),
      ("some x in 1..n satisfies x = z", ["n", "z"]), ("items[price > limit].sku", ["items"]),
      ("{a: b, c: a}", ["b"]), ("if p then q else count(r)", ["p", "q", "r"]),
      ("x in (> y, [z..w])", ["w", "x", "y", "z"]), ("x between lo and -hi", ["hi", "lo", "x"]), ("1 + 1", []),
      ("{a: 1}.a = a", ["a"]),
      ("for x in x return x", ["x"]), ("is defined(a.b) and not(c)", ["a", "c"]),
    ])
  func freeVariables(source: String, names: [String]) throws {
    #expect(try Expression(source).freeVariables == names)
  }

  @Test("layers hide what lies below")
  func layers() throws {
    let scope = LayeredScope(["result": ["id": 7], "amount": 1], Self.variables)
    #expect(try Expression("[result.id, amount, name]").evaluate(in: scope) == [7, 1, "Ada"])
  }

  @Test("expressions are equal by their text")
  func equality() throws {
    #expect(try Expression("1 + 1") == Expression("1 + 1"))
    #expect(try Expression("1 + 1") != Expression("1+1"))
    #expect(try Set([Expression("a"), Expression("a"), Expression("b")]).count == 2)
    #expect(try Expression(" a ").description == " a ")
  }
}
