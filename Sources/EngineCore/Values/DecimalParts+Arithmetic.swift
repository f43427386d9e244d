extension DecimalParts {
  /// Results that do not fit 38 digits are rounded to this many, half to even (DMN 1.5, 10.3.2.3.1).
  static let precision = 34

  /// Why there is no result.
  enum ArithmeticFailure: Error {
    /// The result is beyond what a `Decimal` can hold.
    case outOfRange
    case divisionByZero
    /// Powers are raised with whole exponents only.
    case exponentNotWhole
    /// The remainder of two numbers whose sizes lie too far apart.
    case tooFarApart
  }

  /// How digits are dropped.
  enum Rounding {
    case halfEven
    case floor
    case ceiling
  }

  var negated: DecimalParts {
    DecimalParts(isNegative: !isNegative, significand: significand, exponent: exponent)
  }

  var magnitude: DecimalParts { DecimalParts(isNegative: false, significand: significand, exponent: exponent) }

  /// Orders two numbers: below, at or above zero as `self` is below, at or above `other`.
  func compared(to other: DecimalParts) -> Int {
    if significand == 0 || other.significand == 0 || isNegative != other.isNegative {
      return sign - other.sign
    }
    let magnitude: Int
    let difference = exponent - other.exponent
    let size = DoubleWidth.digitCount(of: significand) + exponent
    let otherSize = DoubleWidth.digitCount(of: other.significand) + other.exponent
    if size != otherSize {
      magnitude = size < otherSize ? -1 : 1
    } else {
      // Equal sizes: the exponents differ by no more than the digits do.
      let left = DoubleWidth(product: significand, DoubleWidth.powersOfTen[max(0, difference)])
      let right = DoubleWidth(product: other.significand, DoubleWidth.powersOfTen[max(0, -difference)])
      magnitude = left < right ? -1 : right < left ? 1 : 0
    }
    return isNegative ? -magnitude : magnitude
  }

  /// -1, 0 or 1.
  var sign: Int { significand == 0 ? 0 : isNegative ? -1 : 1 }

  func adding(_ other: DecimalParts) throws(ArithmeticFailure) -> DecimalParts {
    if let left = integer, let right = other.integer {
      let (sum, overflow) = left.addingReportingOverflow(right)
      if !overflow { return DecimalParts(sum) }
    }
    if significand == 0 { return other }
    if other.significand == 0 { return self }
    if exponent < other.exponent { return try other.adding(self) }
    // Raises the larger exponent's digits as far as they go; what still lies below then only tips the rounding.
    let difference = exponent - other.exponent
    let first = min(difference, max(0, 38 - DoubleWidth.digitCount(of: significand)))
    let second = min(difference - first, 37)
    let left = DoubleWidth(product: significand * DoubleWidth.powersOfTen[first], DoubleWidth.powersOfTen[second])
    let isAligned = first + second == difference
    let right = DoubleWidth(low: isAligned ? other.significand : 1)
    let scale = exponent - first - second
    if isNegative == other.isNegative {
      return try Self.fitting(left + right, isNegative: isNegative, exponent: scale)
    }
    return left < right
      ? try Self.fitting(right - left, isNegative: other.isNegative, exponent: scale)
      : try Self.fitting(left - right, isNegative: isNegative, exponent: scale)
  }

  func subtracting(_ other: DecimalParts) throws(ArithmeticFailure) -> DecimalParts { try adding(other.negated) }

  func multiplied(by other: DecimalParts) throws(ArithmeticFailure) -> DecimalParts {
    try Self.fitting(
      DoubleWidth(product: significand, other.significand), isNegative: isNegative != other.isNegative,
      exponent: exponent + other.exponent)
  }

  func divided(by other: DecimalParts) throws(ArithmeticFailure) -> DecimalParts {
    guard other.significand != 0 else { throw .divisionByZero }
    // Enough zeros for one digit more than the precision, so that a remainder only tips the rounding.
    let digits = DoubleWidth.digitCount(of: significand)
    let wanted = max(0, Self.precision + 1 + DoubleWidth.digitCount(of: other.significand) - digits)
    let first = min(wanted, max(0, 38 - digits))
    let dividend = DoubleWidth(
      product: significand * DoubleWidth.powersOfTen[first], DoubleWidth.powersOfTen[wanted - first])
    let (quotient, remainder) = dividend.divided(by: other.significand)
    return try Self.fitting(
      quotient, isNegative: isNegative != other.isNegative, exponent: exponent - other.exponent - wanted,
      isInexact: remainder != 0)
  }

  /// Raises to a whole power.
  func raised(to power: DecimalParts) throws(ArithmeticFailure) -> DecimalParts {
    guard let exponent = power.integer else { throw .exponentNotWhole }
    var result = Self.one
    var base = self
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result = try result.multiplied(by: base) }
      rest >>= 1
      if rest > 0 { base = try base.multiplied(by: base) }
    }
    return exponent < 0 ? try Self.one.divided(by: result) : result
  }

  /// The remainder with the sign of the divisor, as FEEL defines it: `a - b * floor(a / b)`.
  func modulo(_ other: DecimalParts) throws(ArithmeticFailure) -> DecimalParts {
    guard other.significand != 0 else { throw .divisionByZero }
    let scale = min(exponent, other.exponent)
    guard let left = raisedSignificand(to: scale), let right = other.raisedSignificand(to: scale) else {
      throw .tooFarApart
    }
    let remainder = left % right
    let turns = remainder != 0 && isNegative != other.isNegative
    return DecimalParts(
      isNegative: other.isNegative, significand: turns ? right - remainder : remainder, exponent: scale
    ).compacted
  }

  /// Rounds to so many digits after the point; a negative scale rounds whole digits away.
  func rounded(toScale scale: Int, _ rounding: Rounding) throws(ArithmeticFailure) -> DecimalParts {
    let dropped = -scale - exponent
    guard dropped > 0, significand != 0 else { return self }
    let kept = Self.drop(dropped, of: DoubleWidth(low: significand), isInexact: false, isNegative, rounding)
    return try Self.fitting(kept, isNegative: isNegative, exponent: -scale)
  }

  private func raisedSignificand(to scale: Int) -> UInt128? {
    let power = exponent - scale
    guard power < DoubleWidth.powersOfTen.count else { return nil }
    let (product, overflow) = significand.multipliedReportingOverflow(by: DoubleWidth.powersOfTen[power])
    return overflow ? nil : product
  }

  /// Rounds a result where it has more digits than fit, or digits below the smallest exponent.
  private static func fitting(
    _ digits: DoubleWidth, isNegative: Bool, exponent: Int, isInexact: Bool = false
  ) throws(ArithmeticFailure) -> DecimalParts {
    var dropped = 0
    if isInexact || digits.high != 0 || digits.low >= tenToThe38 { dropped = max(0, digits.digitCount - precision) }
    dropped = max(dropped, exponentRange.lowerBound - exponent)
    let kept = dropped > 0 ? drop(dropped, of: digits, isInexact: isInexact, isNegative, .halfEven) : digits
    let result = DecimalParts(isNegative: isNegative, significand: kept.low, exponent: exponent + dropped).compacted
    if result.exponent > exponentRange.upperBound, result.decimal == nil { throw .outOfRange }
    return result
  }

  private static func drop(
    _ count: Int, of digits: DoubleWidth, isInexact: Bool, _ isNegative: Bool, _ rounding: Rounding
  ) -> DoubleWidth {
    var rest = digits
    var restIsInexact = isInexact
    var remaining = count - 1
    while remaining > 0, !rest.isZero {
      let step = min(remaining, 38)
      let (quotient, remainder) = rest.divided(by: DoubleWidth.powersOfTen[step])
      rest = quotient
      restIsInexact = restIsInexact || remainder != 0
      remaining -= step
    }
    let (kept, last) = rest.divided(by: 10)
    let goesUp =
      switch rounding {
      case .halfEven: last > 5 || (last == 5 && (restIsInexact || kept.low & 1 == 1))
      case .floor: isNegative && (last > 0 || restIsInexact)
      case .ceiling: !isNegative && (last > 0 || restIsInexact)
      }
    return goesUp ? kept + DoubleWidth(low: 1) : kept
  }
}
