import Testing

@testable import EngineCore

@Suite("Errors of expressions")
struct ExpressionErrorTests {
  @Test(
    "a source that cannot be read says where and why",
    arguments: [
      ("", 1, "the expression is empty"), ("  ", 1, "the expression is empty"),
      ("1 +", 4, "expected a value, but the expression ends"),
      ("1 2", 3, "expected the end of the expression or an operator, found 2"),
      ("(1", 3, "expected ) after the value, but the expression ends"),
      ("[1, 2", 6, "expected ] after the list, but the expression ends"), ("[1,]", 4, "expected a value, found ]"),
      ("{a 1}", 4, "expected : after the name (a name of several words needs quotation marks), found 1"),
      ("{a: 1, a: 2}", 8, "the context has the name a twice"), ("{1: 2}", 2, "expected a name, found 1"),
      ("a.", 3, "expected a name after the dot, but the expression ends"),
      ("a.1", 2, "expected the end of the expression or an operator, found .1"),
      ("a == b", 3, "write = to compare"), ("a && b", 3, "write and"), ("a || b", 3, "write or"),
      ("!a", 1, "write not(…)"), ("'a'", 1, "write text in double quotation marks"),
      ("a <> b", 3, "write != for not equal"), ("a % b", 3, "write modulo(a, b)"),
      ("@\"2024-01-01\"", 1, "dates and times are not supported, only text"),
      ("\"a", 1, "the text is not closed with a quotation mark"),
      ("\"a\nb\"", 1, "the text is not closed with a quotation mark"),
      (#""\x""#, 2, "unknown escape; write \\\\ for a backslash"),
      (#""\ud800""#, 2, "expected the hexadecimal digits of a character: \\u00E9 or \\U01F600"),
      ("a ; b", 3, "unexpected character ;"), ("a \u{1B} b", 3, "unexpected character U+001B"),
      ("😀", 1, "unexpected character U+1F600"), ("/* a", 1, "the comment is not closed"),
      ("1 < 2 < 3", 7, "comparisons do not chain; join them with and, found <"),
      ("[1..3]", 1, "a range can only stand after in"), ("count((1..3))", 7, "a range can only stand after in"),
      ("x in [1..2", 11, "expected ] or ) after the range, but the expression ends"),
      ("if a then b", 12, "expected else, but the expression ends"),
      ("if a", 5, "expected then, but the expression ends"), ("for x xs return x", 7, "expected in, found xs"),
      ("for in in xs return 1", 5, "expected a name for the element, found in"),
      ("some x in xs", 13, "expected satisfies, but the expression ends"),
      ("x between 1 or 2", 13, "expected and, found or"), ("then", 1, "expected a value, found then"),
      ("and", 1, "expected a value, found and"), ("function(x) x", 1, "functions cannot be defined, only called"),
      ("cuont(xs)", 1, "unknown function cuont, did you mean count?"),
      ("string lenght(name)", 1, "unknown function string lenght, did you mean string length?"),
      ("frobnicate(1)", 1, "unknown function frobnicate"),
      ("1 + uper case(\"a\")", 5, "unknown function uper case, did you mean upper case?"),
      ("count()", 1, "count takes 1 argument, not 0"),
      ("substring(\"a\")", 1, "substring takes 2 to 3 arguments, not 1"),
      ("append([1])", 1, "append takes at least 2 arguments, not 1"),
      ("replace(\"a\", \"b\")", 1, "replace takes 3 arguments, not 2"),
      ("count(list: xs)", 11, "arguments are given by place, without names"),
      ("1e999", 1, "the number has more than 38 digits or is too large or too small"),
      (
        "1234567890123456789012345678901234567890123", 1,
        "the number has more than 38 digits or is too large or too small"
      ), ("f[", 3, "expected a value, but the expression ends"), ("x in ()", 7, "expected a value, found )"),
    ])
  func unreadable(source: String, column: Int, message: String) {
    #expect(throws: ExpressionError(expression: source, column: column, message: message)) { try Expression(source) }
  }

  @Test(
    "an evaluation that fails names the operand and the place",
    arguments: [
      ("amount > \"x\"", 8, "cannot compare number with string"),
      ("missing * 2", 1, "cannot multiply: missing is null"),
      ("2 - order.missing", 5, "cannot subtract: order.missing is null"),
      ("\"a\" + missing", 7, "cannot add: missing is null"), ("null + 1", 1, "cannot add null"),
      ("missing > 1", 1, "cannot compare: missing is null"), ("1 <= missing", 6, "cannot compare: missing is null"),
      ("missing between 1 and 2", 1, "cannot compare: missing is null"),
      ("missing in [1..2]", 1, "cannot compare: missing is null"), ("-missing", 2, "cannot negate: missing is null"),
      ("-name", 1, "cannot negate string"),
      ("name + amount", 6, "cannot add string and number; string(…) makes text of a value"),
      ("amount + xs", 8, "cannot add number and list"), ("name - 1", 6, "cannot subtract number from string"),
      ("name * 2", 6, "cannot multiply string by number"), ("2 / flag", 3, "cannot divide number by boolean"),
      ("2 ** name", 3, "cannot raise number to the power of string"),
      ("xs > 1", 4, "cannot compare list with number"), ("[1] < [2]", 5, "cannot compare list with list"),
      ("true < false", 6, "cannot compare boolean with boolean"),
      ("1 / 0", 3, "division by zero"), ("1 / (2 - 2.0)", 3, "division by zero"),
      ("modulo(1, 0)", 1, "division by zero"), ("2 ** 100000", 3, "the result is too large"),
      ("2 ** 0.5", 3, "cannot raise to a power that is not a whole number"),
      ("1e120 * 1e120", 7, "the result is too large"), ("1 + 2 * 3 / 0", 11, "division by zero"),
      ("amount and true", 1, "amount must be true or false, but is number"),
      ("true and name", 10, "name must be true or false, but is string"),
      ("if name then 1 else 2", 4, "name must be true or false, but is string"),
      ("xs[\"a\"]", 4, "\"a\" must be true or false, but is string"),
      ("some x in xs satisfies x", 24, "x must be true or false, but is number"),
      ("for x in amount return x", 10, "amount must be a list, but is number"),
      ("for x in missing return x", 10, "missing must be a list, but is null"),
      ("for i in 1..name return i", 13, "name must be a whole number of at most 9 digits, but is string"),
      ("upper case(amount)", 12, "upper case needs a string, but amount is number"),
      ("count(missing)", 7, "count needs a list, but missing is null"),
      ("abs(name)", 5, "abs needs a number, but name is string"),
      ("sum([1, \"a\"])", 1, "sum needs numbers, but one element is string"),
      ("sum(xs, 1)", 1, "sum needs numbers, but one element is list"),
      ("sort([1, \"a\"])", 1, "sort cannot compare number with string"),
      ("max([true])", 1, "max needs numbers or strings, but one element is boolean"),
      ("all([1])", 1, "all needs true or false, but one element is number"),
      ("not(1)", 5, "not needs true or false, but 1 is number"), ("split(\"a\", \"\")", 12, "the delimiter is empty"),
      ("substring(\"a\", 0)", 16, "places count from 1, or from -1 at the end"),
      ("substring(\"a\", 1.5)", 16, "substring needs a whole number, but 1.5 is number"),
      ("sublist([1], 1, -1)", 17, "the length must not be negative"),
      ("get value(amount, \"a\")", 11, "get value needs a context, but amount is number"),
      ("round(1, 1000)", 10, "the scale must be between -200 and 200"),
      ("number(true)", 8, "number needs a string, but true is boolean"),
      ("number(\"1\", \"ab\")", 13, "a separator is one character"),
      ("string join([1])", 1, "string join needs strings, but one element is number"),
      ("context merge([1])", 1, "context merge needs contexts, but one element is number"),
      ("items[price > missing]", 15, "cannot compare: missing is null"),
    ])
  func failing(source: String, column: Int, message: String) throws {
    let expression = try Expression(source)
    #expect(throws: ExpressionError(expression: source, column: column, message: message)) {
      try expression.evaluate(in: ExpressionTests.variables)
    }
  }

  @Test("an error reads as one sentence with its place")
  func sentences() throws {
    func sentence(_ source: String) -> String {
      do throws(ExpressionError) {
        return try Expression(source).evaluate(in: ["amount": 5] as Context).description
      } catch { return error.description }
    }
    #expect(sentence("amount > \"x\"") == "amount > \"x\": cannot compare number with string, at column 8")
    #expect(
      sentence("if amount > 1\nthen grüße *  2\nelse 0")
        == "if amount > 1 then grüße * 2 else 0: cannot multiply: grüße is null, at line 2, column 6")
    #expect(sentence("") == "the expression is empty, at column 1")
    #expect(sentence("\u{1B}[2J") == "\u{FFFD}[2J: unexpected character U+001B, at column 1")
    let long = String(repeating: "amount + ", count: 1000)
    #expect(sentence(long).count < 250)
  }

  @Test(
    "a misspelt name finds its neighbour, a strange one does not",
    arguments: [
      ("lenght", "length"), ("conut", "count"), ("COUNT", "count"), ("zebra", nil), ("", nil),
      (String(repeating: "a", count: 100_000), nil),
    ] as [(String, String?)])
  func spelling(name: String, nearest: String?) {
    #expect(Spelling.nearest(to: name, in: ["count", "length", "sum"]) == nearest)
  }
}
