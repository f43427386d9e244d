import FoundationEssentials

@testable import EngineCore

extension SeededGenerator {
  /// A value of any kind, nested up to `depth`.
  mutating func value(depth: Int) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &self) {
    case 0: return .null
    case 1: return .boolean(.random(using: &self))
    case 2: return .number(decimal())
    case 3: return .string(text())
    case 4: return .list((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth - 1) })
    default:
      var context = Context()
      for _ in 0..<Int.random(in: 0..<4, using: &self) { context[text()] = value(depth: depth - 1) }
      return .context(context)
    }
  }

  /// A number of any size that a `Decimal` holds.
  mutating func decimal() -> Decimal {
    let significand =
      UInt128.random(in: 0..<DecimalParts.tenToThe38, using: &self) >> UInt128.random(in: 0..<127, using: &self)
    let exponent = Bool.random(using: &self) ? 0 : Int.random(in: -128...89, using: &self)
    return DecimalParts(isNegative: .random(using: &self), significand: significand, exponent: exponent).decimal ?? 0
  }

  /// Text of characters that are hard to write or to read.
  mutating func text() -> String {
    let scalars: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0...0x1F, 0x7F...0xA0, 0x600...0x61F, 0x2000...0x206F, 0x1F600...0x1F64F,
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0..<8, using: &self) {
      let code = UInt32.random(in: pick(scalars), using: &self)
      if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}
