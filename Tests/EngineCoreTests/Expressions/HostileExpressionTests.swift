import Testing

@testable import EngineCore

@Suite("Hostile expressions")
struct HostileExpressionTests {
  static func repeated(_ text: String, _ count: Int = 10_000) -> String { String(repeating: text, count: count) }

  /// Few entries, each of which holds the one before it twice.
  static func doubling(_ levels: Int) -> String {
    "{" + (0..<levels).map { $0 == 0 ? "a0: [1, 1]" : "a\($0): [a\($0 - 1), a\($0 - 1)]" }.joined(separator: ", ") + "}"
  }

  @Test(
    "deep, long and endless sources end in an error",
    arguments: [
      repeated("("), repeated("["), repeated("{a:"), repeated("-") + "1", repeated("not("), repeated("if "),
      repeated("x[", 10_000), repeated("for x in "), repeated("1 in (", 10_000),
      repeated("x in ["), repeated("(", 300) + "1" + repeated(")", 300),
      repeated("if true then ", 300) + "1" + repeated(" else 2", 300), repeated("1+", 1_000_000),
      repeated("a", 1_000_000), repeated("/*", 30_000), repeated("\"", 10_001), repeated("[1..", 10_000),
      repeated("some x in 1..2 satisfies ", 2000), repeated("- ", 30_000) + "1", repeated("count([", 5000),
    ])
  func unreadable(source: String) {
    #expect(throws: ExpressionError.self) { try Expression(source) }
  }

  @Test("long chains are no nesting")
  func chains() throws {
    #expect(try Expression("0" + Self.repeated("+1", 5000)).evaluate(in: Context()) == 5000)
    #expect(try Expression("true" + Self.repeated(" and true", 5000)).evaluateCondition(in: Context()))
    #expect(try Expression("a" + Self.repeated(".a", 5000)).evaluate(in: Context()) == .null)
    #expect(try Expression("[1]" + Self.repeated("[1]", 5000)).evaluate(in: Context()) == 1)
  }

  @Test(
    "work without end is stopped",
    arguments: [
      "for a in 1..1000000000 return a", "some a in 1..1000, b in 1..1000, c in 1..1000 satisfies a + b + c < 0",
      "count(for a in 1..1000, b in 1..1000 return b)",
      "{a: big + big, b: a + a, c: b + b, d: c + c, e: d + d, f: e + e, g: f + f, h: g + g, i: h + h}",
      doubling(25),
      "for a in 1..100000 return big = other", "for a in 1..100000 return upper case(big)",
      "for a in 1..100000 return big", "replace(big, \"x\", big)",
      "[split(big, \"x\"), split(big, \"x\"), split(big, \"x\")]",
      "string(for a in 1..1000 return big)", "sort(for a in 1..100 return big)",
      "string join(for a in 1..1000 return big, big)",
      "distinct values(for a in 1..1000 return big)", "max(for a in 1..1000 return big)",
      "for a in 1..100000 return contains(big, \"y\")", "for a in many, b in many return sum(many)",
      "every a in many satisfies list contains(many, \"x\") = false", "for a in 1..100000 return number(big)",
      "for a in 1..100000 return substring(big, 1, 1)",
    ])
  func endless(source: String) throws {
    let big = String(repeating: "x", count: 100_000)
    let scope: Context = [
      "big": .string(big), "other": .string(big + "y"), "many": .list((0..<5000).map { Value($0) }),
    ]
    let expression = try Expression(source)
    #expect(throws: ExpressionError(expression: source, column: 1, message: "")) {
      do throws(ExpressionError) {
        _ = try expression.evaluate(in: scope)
      } catch {
        #expect(error.message == "the expression takes more than 250000 steps")
        throw ExpressionError(expression: source, column: 1, message: "")
      }
    }
  }

  @Test("a result is never deeper than what can be stored")
  func depth() throws {
    var deep: Value = 1
    for _ in 0..<Value.maximumDepth { deep = [deep] }
    #expect(try Expression("x").evaluate(in: ["x": deep] as Context) == deep)
    #expect(
      throws: ExpressionError(
        expression: "[x]", column: 1, message: "the value has more than 128 levels inside each other")
    ) {
      try Expression("[x]").evaluate(in: ["x": deep] as Context)
    }
    let names = (0..<200).map { "a\($0): [\($0 == 0 ? "1" : "a\($0 - 1)")]" }.joined(separator: ", ")
    #expect(throws: ExpressionError.self) { try Expression("{\(names)}").evaluate(in: Context()) }
  }

  @Test("random text is read or refused", arguments: 0..<40 as Range<UInt64>)
  func randomText(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("abx019.,:()[]{}\"\\+-*/=!<> \n_é😀\u{1B}inorad").map(String.init)
    for _ in 0..<100 {
      attempt((0..<Int.random(in: 0..<40, using: &generator)).map { _ in generator.pick(alphabet) }.joined())
    }
  }

  @Test("random words are read or refused, and evaluate or fail", arguments: 0..<40 as Range<UInt64>)
  func randomWords(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let words =
      [
        "1", "2.5", "-1", "0", "1e30", "\"a\"", "true", "false", "null", "xs", "order", "items", "amount", "name",
        "missing", "x", "item", "(", ")", "[", "]", "{", "}", "a:", ",", ".", "..", ".id", "+", "-", "*", "/", "**",
        "=", "!=", "<", ">=", "and", "or", "in", "between", "if", "then", "else", "for x in", "some x in", "every x in",
        "return", "satisfies",
      ]
      + Expression.functionNames.map { $0 + "(" }
    for _ in 0..<100 {
      attempt((0..<Int.random(in: 1..<16, using: &generator)).map { _ in generator.pick(words) }.joined(separator: " "))
    }
  }

  @Test("damaged expressions are read or refused, and evaluate or fail", arguments: 0..<40 as Range<UInt64>)
  func damage(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let sources = [
      "if amount > 1000 and order.total < 100 then upper case(name) else string(amount)",
      "for x in xs, y in [1..3] return {a: x * y, \"b c\": [x, y][1]}",
      "some i in items[price > 4] satisfies starts with(i.sku, \"b\") or i.price in (> 3, [1..2))",
      "sum(for i in items return i.price ** 2) / count(items) - modulo(amount, 7.5)",
      "substring(split(\"a,b,c\", \",\")[-1], 1, 2) + replace(name, \"A\", \"\\u00e9\")",
      "sort(concatenate(xs, [größe, -1.5e3])) = distinct values(flatten([xs, [[0.25]]]))",
      "round(amount / 7, 2) between floor(-0.5) and ceiling(1e20)",
    ]
    for _ in 0..<100 {
      var scalars = Array(generator.pick(sources).unicodeScalars)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<scalars.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: scalars.remove(at: place)
        case 1: scalars.insert(generator.pick(Array("()[]{}.,\"-*9ei ".unicodeScalars)), at: place)
        case 2: scalars.swapAt(place, Int.random(in: 0..<scalars.count, using: &generator))
        default:
          let other = Int.random(in: place..<scalars.count, using: &generator)
          scalars.insert(contentsOf: scalars[place...other], at: place)
        }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      attempt(String(text))
    }
  }

  /// Reads and evaluates; a value must survive storage, an error must have its place within the source.
  private func attempt(_ source: String) {
    do throws(ExpressionError) {
      let expression = try Expression(source)
      let value = try expression.evaluate(in: ExpressionTests.variables)
      #expect((try? Value(json: value.jsonText)) == value, "\(source)")
      #expect((try? expression.evaluate(in: ExpressionTests.variables)) == value, "\(source)")
    } catch {
      let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(!error.message.isEmpty)
      #expect(1...lines.count ~= error.line, "\(source)")
      #expect(1...(lines[error.line - 1].count + 1) ~= error.column, "\(source)")
    }
  }
}
