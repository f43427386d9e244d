import FoundationEssentials
import Testing

@testable import EngineCore

@Suite("Decimal arithmetic")
struct DecimalArithmeticTests {
  static func parts(_ text: String) -> DecimalParts { Decimal(string: text).map { DecimalParts($0) } ?? .zero }

  @Test(
    "results are exact while they fit and rounded half to even at 34 digits where they do not",
    arguments: [
      ("1", "/", "3", "0.3333333333333333333333333333333333"),
      ("2", "/", "3", "0.6666666666666666666666666666666667"),
      ("10", "/", "4", "2.5"), ("1", "/", "1024", "0.0009765625"), ("0", "/", "7", "0"), ("-1", "/", "8", "-0.125"),
      ("1e100", "/", "1e-20", "1" + String(repeating: "0", count: 120)),
      ("12345678901234567890123456789012345678", "/", "1", "12345678901234567890123456789012345678"),
      (
        "99999999999999999999999999999999999999", "*", "99999999999999999999999999999999999999",
        "1" + String(repeating: "0", count: 76)
      ),
      ("0.1", "+", "0.2", "0.3"), ("1e30", "+", "1e-5", "1000000000000000000000000000000.00001"),
      ("1e60", "+", "1e-60", "1" + String(repeating: "0", count: 60)),
      ("1e60", "-", "1e-60", "1" + String(repeating: "0", count: 60)),
      ("1e38", "-", "1", "99999999999999999999999999999999999999"),
      ("5", "-", "5.0", "0"), ("9223372036854775807", "+", "1", "9223372036854775808"),
      ("-9223372036854775808", "-", "1", "-9223372036854775809"), ("1.5", "*", "-2", "-3"),
      ("2", "^", "100", "1267650600228229401496703205376"), ("2", "^", "-2", "0.25"), ("0", "^", "0", "1"),
      ("-2", "^", "3", "-8"),
      ("1e-100", "*", "1e-100", "0"), ("1e-100", "/", "1e100", "0"),
      ("7", "%", "3", "1"), ("-7", "%", "3", "2"), ("7", "%", "-3", "-2"), ("-7", "%", "-3", "-1"),
      ("5.5", "%", "2", "1.5"),
      ("-1e3", "%", "1", "0"),
    ])
  func results(left: String, operation: String, right: String, expected: String) throws {
    #expect(try Self.calculate(Self.parts(left), operation, Self.parts(right)).text == expected)
  }

  @Test(
    "what has no result says why",
    arguments: [
      ("1", "/", "0", DecimalParts.ArithmeticFailure.divisionByZero), ("1", "%", "0", .divisionByZero),
      ("1e120", "*", "1e120", .outOfRange), ("2", "^", "100000", .outOfRange),
      ("2", "^", "0.5", .exponentNotWhole), ("2", "^", "1e50", .exponentNotWhole), ("1e60", "%", "1e-60", .tooFarApart),
    ])
  func failures(left: String, operation: String, right: String, failure: DecimalParts.ArithmeticFailure) throws {
    #expect(throws: failure) { try Self.calculate(Self.parts(left), operation, Self.parts(right)) }
  }

  @Test(
    "rounding drops digits as asked",
    arguments: [
      ("2.5", 0, "2", "2", "3"), ("3.5", 0, "4", "3", "4"), ("-2.5", 0, "-2", "-3", "-2"), ("2.51", 0, "3", "2", "3"),
      ("1.005", 2, "1", "1", "1.01"), ("1.015", 2, "1.02", "1.01", "1.02"), ("1250", -2, "1200", "1200", "1300"),
      ("0.001", 0, "0", "0", "1"), ("-0.001", 0, "0", "-1", "0"), ("7", 5, "7", "7", "7"),
      ("1", -5, "0", "0", "100000"),
    ])
  func rounding(number: String, scale: Int, even: String, floor: String, ceiling: String) throws {
    let parts = Self.parts(number)
    #expect(try parts.rounded(toScale: scale, .halfEven).text == even)
    #expect(try parts.rounded(toScale: scale, .floor).text == floor)
    #expect(try parts.rounded(toScale: scale, .ceiling).text == ceiling)
  }

  @Test("random numbers keep the laws of arithmetic", arguments: 0..<20 as Range<UInt64>)
  func laws(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let (a, b) = (DecimalParts(generator.decimal()), DecimalParts(generator.decimal()))
      #expect(a.compared(to: b) == -b.compared(to: a))
      #expect((a.compared(to: b) == 0) == (a.compacted == b.compacted))
      if let sum = try? a.adding(b) {
        #expect(try sum == b.adding(a))
        #expect(try a.subtracting(b) == b.subtracting(a).negated)
      }
      #expect((try? a.multiplied(by: b)) == (try? b.multiplied(by: a)))
      // Small enough to be exact, so the quotient must take the product apart again.
      let (x, y) = (
        DecimalParts(Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator)),
        DecimalParts(Int64.random(in: 1...1_000_000_000, using: &generator))
      )
      #expect(try x.multiplied(by: y).divided(by: y).compacted == x.compacted)
      #expect(try x.adding(y).subtracting(y).compacted == x.compacted)
      #expect(try x.modulo(y).compared(to: y) < 0 && x.modulo(y).sign >= 0)
      // Far from the ends of the range, a quotient is right to its last digit.
      let (dividend, divisor) = (Self.moderate(&generator), Self.moderate(&generator))
      let back = try dividend.divided(by: divisor).multiplied(by: divisor)
      let error = try back.subtracting(dividend)
      let bound = try dividend.multiplied(by: Self.parts("1e-33"))
      #expect(error.magnitude.compared(to: bound.magnitude) <= 0)
    }
  }

  private static func moderate(_ generator: inout SeededGenerator) -> DecimalParts {
    let significand =
      UInt128.random(in: 1..<DecimalParts.tenToThe38, using: &generator)
      >> UInt128.random(in: 0..<100, using: &generator)
    return DecimalParts(
      isNegative: .random(using: &generator), significand: max(1, significand),
      exponent: .random(in: -20...20, using: &generator))
  }

  private static func calculate(_ left: DecimalParts, _ operation: String, _ right: DecimalParts) throws -> DecimalParts
  {
    switch operation {
    case "+": try left.adding(right)
    case "-": try left.subtracting(right)
    case "*": try left.multiplied(by: right)
    case "/": try left.divided(by: right)
    case "%": try left.modulo(right)
    default: try left.raised(to: right)
    }
  }
}
