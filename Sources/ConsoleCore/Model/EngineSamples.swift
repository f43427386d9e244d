import EngineCore

/// How busy the engine has been in the last minutes, from a counter that only rises.
package struct EngineSamples: Sendable, Hashable {
  /// How many rates are kept.
  package static let limit = 120
  /// Samples that are nearer to each other than this are put together.
  static let spacing = Duration.seconds(1)

  /// Units of work a second, oldest first.
  package private(set) var rates: [Double] = []
  private var last: Sample?

  private struct Sample: Sendable, Hashable {
    let at: Timestamp
    let units: Int64
  }

  package init() {}

  /// The newest rate.
  package var current: Double { rates.last ?? 0 }

  mutating func take(units: Int64, at instant: Timestamp) {
    guard let last else {
      self.last = Sample(at: instant, units: units)
      return
    }
    let elapsed = instant - last.at
    guard elapsed >= Self.spacing else { return }
    let seconds = Double(elapsed.wholeMicroseconds) / 1_000_000
    rates.append(max(0, Double(units - last.units)) / seconds)
    if rates.count > Self.limit { rates.removeFirst(rates.count - Self.limit) }
    self.last = Sample(at: instant, units: units)
  }
}
