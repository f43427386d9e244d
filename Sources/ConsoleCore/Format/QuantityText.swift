/// Counts and sizes in few columns.
package enum QuantityText {
  /// A count in five columns at most: `9999`, `12.3k`, `412k`, `1.2M`.
  package static func count(_ number: Int) -> SafeText {
    switch number {
    case ..<10_000: SafeText(number)
    case ..<100_000: tenths(number, per: 1_000, unit: "k")
    case ..<1_000_000: "\(number / 1_000)k"
    case ..<100_000_000: tenths(number, per: 1_000_000, unit: "M")
    default: "\(number / 1_000_000)M"
    }
  }

  /// A size: `512 B`, `4.2 kB`, `120 MB`, `1.5 GB`.
  package static func bytes(_ number: Int64) -> SafeText {
    let units: [(size: Int64, name: SafeText)] = [(1_000_000_000, " GB"), (1_000_000, " MB"), (1_000, " kB")]
    for unit in units where number >= unit.size {
      let tenths = number / (unit.size / 10)
      return tenths < 1_000 ? "\(tenths / 10).\(tenths % 10)\(unit.name)" : "\(tenths / 10)\(unit.name)"
    }
    return "\(max(0, number)) B"
  }

  /// A rate with one digit after the point where it is small: `0.4`, `12`, `1234`.
  package static func rate(_ number: Double) -> SafeText {
    guard number.isFinite, number > 0 else { return "0" }
    if number >= 10 { return count(Int(min(number.rounded(), 1e15))) }
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func tenths(_ number: Int, per size: Int, unit: SafeText) -> SafeText {
    let tenths = number / (size / 10)
    return "\(tenths / 10).\(tenths % 10)\(unit)"
  }
}
