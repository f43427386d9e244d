import ArgumentParser

/// Whole numbers that an option takes. Every number on the command line has a highest one, so that no sum and no
/// product of them can overflow.
struct NumberRange {
  let numbers: ClosedRange<Int>

  /// How many rows of a list, or events of a history, are read at once.
  static let rows = NumberRange(numbers: 1...1_000_000)
  /// How many handlers of an engine run at once.
  static let handlers = NumberRange(numbers: 1...100_000)
  /// How many commands of a worker run at once.
  static let tasks = NumberRange(numbers: 1...1_000)
  /// How many ended instances are kept.
  static let kept = NumberRange(numbers: 0...1_000_000_000)
  /// How many instances a benchmark makes.
  static let instances = NumberRange(numbers: 1...100_000_000)
  /// How many steps its instances have.
  static let steps = NumberRange(numbers: 1...10_000)
  /// How many of them are under way at once.
  static let window = NumberRange(numbers: 1...100_000)

  /// Reads a number; the parser names the option beside what is thrown.
  func parse(_ text: String) throws -> Int {
    guard let number = Int(text), numbers.contains(number) else {
      throw ValidationError("write a number \(description)")
    }
    return number
  }

  var description: String { "from \(numbers.lowerBound) to \(numbers.upperBound)" }
}
