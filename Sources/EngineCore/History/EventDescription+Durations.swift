extension Duration {
  /// A length of time as people say it, in at most two units: `350 ms`, `4 s`, `1 min 30 s`, `3 d 4 h`.
  ///
  /// Small parts are cut off, so a countdown never shows more than is left. Negative lengths are said without the sign.
  package var spoken: String {
    let total = wholeMicroseconds.magnitude
    if total < 1000 { return total == 0 ? "0 s" : "under 1 ms" }
    if total < 1_000_000 { return "\(total / 1000) ms" }
    let seconds = total / 1_000_000
    if seconds < 10, total % 1_000_000 >= 100_000 { return "\(seconds).\(total % 1_000_000 / 100_000) s" }
    let units: [(name: String, seconds: UInt64)] = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
    for (index, unit) in units.enumerated() where seconds >= unit.seconds {
      let whole = "\(seconds / unit.seconds) \(unit.name)"
      guard index + 1 < units.count else { return whole }
      let smaller = units[index + 1]
      let rest = seconds % unit.seconds / smaller.seconds
      return rest == 0 ? whole : "\(whole) \(rest) \(smaller.name)"
    }
    return "0 s"
  }
}
