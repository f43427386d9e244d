/// An unsigned integer of 256 bits: what products and aligned sums of two significands need before they are rounded.
struct DoubleWidth {
  var high: UInt128
  var low: UInt128

  /// 10⁰ to 10³⁸, every power of ten that fits 128 bits.
  static let powersOfTen: [UInt128] = (1...38).reduce(into: [1]) { powers, exponent in
    powers.append(powers[exponent - 1] * 10)
  }

  init(high: UInt128 = 0, low: UInt128) {
    self.high = high
    self.low = low
  }

  init(product left: UInt128, _ right: UInt128) {
    let product = left.multipliedFullWidth(by: right)
    self.init(high: product.high, low: product.low)
  }

  var isZero: Bool { high == 0 && low == 0 }

  /// The number of decimal digits; 0 for zero.
  var digitCount: Int {
    var count = 0
    var rest = self
    while rest.high != 0 {
      rest = rest.divided(by: Self.powersOfTen[19]).quotient
      count += 19
    }
    return count + Self.digitCount(of: rest.low)
  }

  static func digitCount(of number: UInt128) -> Int {
    // 1233/4096 lies just above log₁₀ 2, so the guess is right or one too small.
    let guess = (128 - number.leadingZeroBitCount) * 1233 / 4096
    return guess < powersOfTen.count && number >= powersOfTen[guess] ? guess + 1 : guess
  }

  func divided(by divisor: UInt128) -> (quotient: DoubleWidth, remainder: UInt128) {
    if high == 0 {
      let (quotient, remainder) = low.quotientAndRemainder(dividingBy: divisor)
      return (DoubleWidth(low: quotient), remainder)
    }
    let (upper, carry) = high.quotientAndRemainder(dividingBy: divisor)
    let (lower, remainder) = divisor.dividingFullWidth((carry, low))
    return (DoubleWidth(high: upper, low: lower), remainder)
  }

  static func + (left: DoubleWidth, right: DoubleWidth) -> DoubleWidth {
    let (low, carry) = left.low.addingReportingOverflow(right.low)
    return DoubleWidth(high: left.high &+ right.high &+ (carry ? 1 : 0), low: low)
  }

  /// The difference; `left` must not be less than `right`.
  static func - (left: DoubleWidth, right: DoubleWidth) -> DoubleWidth {
    let (low, borrow) = left.low.subtractingReportingOverflow(right.low)
    return DoubleWidth(high: left.high &- right.high &- (borrow ? 1 : 0), low: low)
  }

  static func < (left: DoubleWidth, right: DoubleWidth) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}
