/// Puts a number together digit by digit, exactly, for every reader of numbers.
struct DecimalScanner {
  private var significand: UInt128 = 0
  /// Zeros that may turn out to be trailing ones, which need no room in the significand.
  private var pendingZeros = 0
  private var fractionDigits = 0
  private var exceedsPrecision = false

  /// Takes the next digit, `0`...`9`, of the whole part or of the fraction.
  mutating func take(digit: UInt8, isFraction: Bool) {
    if isFraction { fractionDigits += 1 }
    if digit == UInt8(ascii: "0") {
      if significand != 0 { pendingZeros += 1 }
      return
    }
    for _ in 0..<min(pendingZeros, 40) { append(0) }
    if pendingZeros > 40 { exceedsPrecision = true }
    pendingZeros = 0
    append(UInt128(digit - UInt8(ascii: "0")))
  }

  /// The number read, or nil if it has more digits than can be held (38 always fit) or is too large or too small.
  func parts(isNegative: Bool, exponent: Int) -> DecimalParts? {
    if significand == 0 { return exceedsPrecision ? nil : .zero }
    let scale = exponent.subtractingReportingOverflow(fractionDigits - pendingZeros)
    guard !exceedsPrecision, !scale.overflow else { return nil }
    return DecimalParts(isNegative: isNegative, significand: significand, exponent: scale.partialValue)
  }

  private mutating func append(_ digit: UInt128) {
    let (product, overflow) = significand.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(digit)
    if overflow || carry { exceedsPrecision = true } else { significand = sum }
  }
}
