import Testing

@testable import EngineCore

@Suite("Functions of expressions")
struct BuiltinTests {
  @Test(
    "text",
    arguments: [
      ("string(12.50)", "\"12.5\""), ("string(\"a\")", "\"a\""), ("string(null)", "null"), ("string(true)", "\"true\""),
      ("string([1, \"a\"])", #""[1, \"a\"]""#), ("string({a: 1})", "\"{a: 1}\""),
      ("number(\"12.5\")", "12.5"), ("number(\"-3\")", "-3"), ("number(\"x\")", "null"), ("number(\"\")", "null"),
      ("number(\"1 2\")", "null"), ("number(\"1e2\")", "100"), ("number(7)", "7"), ("number(null)", "null"),
      ("number(\"--1\")", "null"), ("number(\"1//\")", "null"),
      ("number(\"1.234,5\", \".\", \",\")", "1234.5"), ("number(\"1 234\", \" \")", "1234"),
      ("number(\"1,5\", null, \",\")", "1.5"),
      ("string length(\"añ😀\")", "3"), ("upper case(\"aß\")", "\"ASS\""), ("lower case(\"AbÉ\")", "\"abé\""),
      ("contains(\"foobar\", \"ob\")", "true"), ("contains(\"foobar\", \"x\")", "false"),
      ("contains(\"a\", \"\")", "true"), ("contains(\"aabaab\", \"aab\")", "true"), ("contains(\"\", \"a\")", "false"),
      ("starts with(\"foobar\", \"foo\")", "true"), ("starts with(\"f\", \"foo\")", "false"),
      ("ends with(\"foobar\", \"bar\")", "true"), ("ends with(\"foobar\", \"foo\")", "false"),
      ("substring(\"foobar\", 3)", "\"obar\""), ("substring(\"foobar\", 3, 2)", "\"ob\""),
      ("substring(\"foobar\", -2)", "\"ar\""), ("substring(\"foobar\", -3, 1)", "\"b\""),
      ("substring(\"foo\", 9)", "\"\""), ("substring(\"foo\", 2, 99)", "\"oo\""),
      ("substring(\"foo\", -9, 1e30)", "\"foo\""),
      ("substring before(\"a=b=c\", \"=\")", "\"a\""), ("substring after(\"a=b=c\", \"=\")", "\"b=c\""),
      ("substring before(\"abc\", \"x\")", "\"\""), ("substring after(\"abc\", \"x\")", "\"\""),
      ("substring after(\"abc\", \"\")", "\"abc\""),
      ("split(\"a;b;;c\", \";\")", "[\"a\", \"b\", \"\", \"c\"]"), ("split(\"\", \";\")", "[\"\"]"),
      ("split(\"a--b\", \"--\")", "[\"a\", \"b\"]"), ("replace(\"aaa\", \"aa\", \"b\")", "\"ba\""),
      ("replace(\"a.b.c\", \".\", \"-\")", "\"a-b-c\""),
      ("string join([\"a\", \"b\"], \", \")", "\"a, b\""), ("string join([\"a\", null, \"b\"])", "\"ab\""),
      ("string join([], \",\")", "\"\""), ("string join([\"a\"], null)", "\"a\""),
    ])
  func text(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "numbers",
    arguments: [
      ("floor(1.7)", "1"), ("floor(-1.2)", "-2"), ("floor(1.78, 1)", "1.7"), ("ceiling(1.2)", "2"),
      ("ceiling(-1.7)", "-1"), ("ceiling(1.21, 1)", "1.3"), ("round(2.5)", "2"), ("round(3.5)", "4"),
      ("round(1.005, 2)", "1"), ("round(1250, -2)", "1200"),
      ("decimal(1 / 3, 2)", "0.33"), ("abs(-3)", "3"), ("abs(3)", "3"), ("abs(0)", "0"), ("modulo(-7, 3)", "2"),
      ("modulo(5.5, 2)", "1.5"),
      ("sum([1, 2, 3.5])", "6.5"), ("sum(1, 2)", "3"), ("sum([])", "null"), ("mean([1, 2, 6])", "3"),
      ("mean(1, 2)", "1.5"), ("min([3, 1, 2])", "1"), ("max(3, 1)", "3"), ("min([])", "null"),
      ("max([\"a\", \"c\", \"b\"])", "\"c\""), ("max(0.1 + 0.2, 0.3)", "0.3"),
    ])
  func numbers(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "lists",
    arguments: [
      ("count([1, [2, 3]])", "2"), ("count([])", "0"), ("all([true, true])", "true"), ("all([true, null])", "null"),
      ("all([false, null])", "false"), ("all([])", "true"), ("any([false, true])", "true"), ("any([])", "false"),
      ("any(false, null)", "null"),
      ("append([1], 2, 3)", "[1, 2, 3]"), ("append([], [1])", "[[1]]"), ("concatenate([1], [2, 3], [])", "[1, 2, 3]"),
      ("list contains([1, 2], 2.0)", "true"), ("list contains([1], \"1\")", "false"),
      ("list contains([null], null)", "true"),
      ("distinct values([1, 2, 1.0, \"1\", [2], [2]])", "[1, 2, \"1\", [2]]"), ("reverse([1, 2])", "[2, 1]"),
      ("sort([3, 1, 2])", "[1, 2, 3]"), ("sort([\"b\", \"a\"])", "[\"a\", \"b\"]"), ("sort([])", "[]"),
      ("flatten([[1, [2]], 3, [[]]])", "[1, 2, 3]"), ("index of([1, 2, 1], 1)", "[1, 3]"), ("index of([1], 2)", "[]"),
      ("sublist([1, 2, 3], 2)", "[2, 3]"), ("sublist([1, 2, 3], -2, 1)", "[2]"),
    ])
  func lists(source: String, expected: String) throws { try check(source, expected) }

  @Test(
    "contexts and definedness",
    arguments: [
      ("get value({a: 1}, \"a\")", "1"), ("get value({a: 1}, \"b\")", "null"),
      ("get entries({b: 2, a: 1})", "[{key: \"a\", value: 1}, {key: \"b\", value: 2}]"),
      ("context put({a: 1}, \"b\", 2)", "{a: 1, b: 2}"), ("context put({a: 1}, \"a\", 2)", "{a: 2}"),
      ("context merge([{a: 1, b: 1}, {b: 2, c: 3}])", "{a: 1, b: 2, c: 3}"),
      ("context merge({a: 1}, {a: 2})", "{a: 2}"),
      ("is defined(missing)", "false"), ("is defined(amount)", "true"), ("is defined(nothing)", "true"),
      ("is defined(order.id)", "true"), ("is defined(order.maybe)", "true"), ("is defined(order.missing)", "false"),
      ("is defined(missing.x)", "false"), ("is defined(order.id.x)", "false"),
      ("is defined(xs[2])", "true"), ("is defined(xs[9])", "false"), ("is defined(null)", "false"),
      ("is defined(1)", "true"),
    ])
  func contexts(source: String, expected: String) throws { try check(source, expected) }

  @Test("every function is documented by the table of arguments and can be called", arguments: Builtin.allCases)
  func arity(builtin: Builtin) throws {
    #expect(builtin.rawValue.split(separator: " ").count <= Builtin.mostWords)
    #expect(throws: ExpressionError.self) { try Expression("\(builtin.rawValue)()") }
    let arguments = Array(repeating: "null", count: builtin.argumentCounts.lowerBound).joined(separator: ", ")
    #expect(throws: Never.self) { try Expression("\(builtin.rawValue)(\(arguments))") }
  }

  private func check(_ source: String, _ expected: String) throws {
    #expect(try ExpressionTests.value(source) == ExpressionTests.value(expected), "\(source)")
  }
}
