/// Reads the fields of a cron expression.
struct CronParser {
  private let source: String

  init(_ source: String) { self.source = source }

  var quoted: String { "`\(source)`" }

  /// What a field counts.
  enum Field: String {
    case second, minute, hour, month
    case day = "day of month"
    case weekday = "day of week"

    var range: ClosedRange<Int> {
      switch self {
      case .second, .minute: 0...59
      case .hour: 0...23
      case .day: 1...31
      case .month: 1...12
      case .weekday: 0...7
      }
    }

    /// The names of its values, the first for the lowest.
    var names: [String] {
      switch self {
      case .second, .minute, .hour, .day: []
      case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
      case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
      }
    }
  }

  private static let shortForms: [(name: String, fields: String)] = [
    ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
  ]
  private static let longestSource = 500

  /// The five or six fields.
  mutating func fields() throws(TimerTextError) -> [String] {
    guard source.utf8.count <= Self.longestSource else {
      throw TimerTextError("a cron expression has at most \(Self.longestSource) characters")
    }
    var text = source
    if source.hasPrefix("@") {
      guard let known = Self.shortForms.first(where: { $0.name == source.lowercased() }) else {
        throw TimerTextError(
          "there is no \(quoted)",
          hint: "There are \(Self.shortForms.map { "`\($0.name)`" }.joined(separator: ", ")).")
      }
      text = known.fields
    }
    let fields = text.split { $0 == " " || $0 == "\t" }.map { $0.uppercased() }
    guard fields.count == 5 || fields.count == 6 else {
      let count = fields.count == 1 ? "1 field" : "\(fields.count) fields"
      throw TimerTextError(
        "the cron expression \(quoted) has \(count)",
        hint: "It has five: minute, hour, day of month, month and day of week; or six with the second before them.")
    }
    return fields
  }

  /// The numbers of a field, as bits.
  func numbers(_ text: String, of field: Field) throws(TimerTextError) -> UInt64 {
    var bits: UInt64 = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      try add(part, of: field, to: &bits)
    }
    return bits
  }

  func days(_ text: String) throws(TimerTextError) -> CronDays {
    var days = CronDays()
    days.isStar = text.hasPrefix("*") || text == "?"
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if part == "?" {
        days.numbers = try numbers("*", of: .day)
      } else if part == "L" {
        days.beforeLast.setBit(0)
      } else if part == "LW" {
        days.lastWeekday = true
      } else if part.hasPrefix("L-") {
        guard let count = Int(part.dropFirst(2)), (1...30).contains(count) else { throw refused(part, .day) }
        days.beforeLast.setBit(count)
      } else if part.hasSuffix("W") {
        guard let day = Int(part.dropLast()), (1...31).contains(day) else { throw refused(part, .day) }
        days.nearestWeekday.setBit(day)
      } else {
        try add(part, of: .day, to: &days.numbers)
      }
    }
    return days
  }

  func weekdays(_ text: String) throws(TimerTextError) -> CronWeekdays {
    var days = CronWeekdays()
    days.isStar = text.hasPrefix("*") || text == "?"
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "#", omittingEmptySubsequences: false)
      if part == "?" {
        days.numbers = try numbers("*", of: .weekday)
      } else if pieces.count == 2 {
        let day = try number(pieces[0], of: .weekday)
        guard let nth = Int(pieces[1]), (1...5).contains(nth) else { throw refused(part, .weekday) }
        days.ofMonth.setBit(nth * 8 + day % 7)
      } else if part == "L" {
        throw TimerTextError(
          "`L` alone says no day of the week in \(quoted)",
          hint: "`5L` is the last Friday of the month; as a day of the month, `L` is the last day.")
      } else if part.hasSuffix("L") {
        days.ofMonth.setBit(try number(part.dropLast(), of: .weekday) % 7)
      } else {
        try add(part, of: .weekday, to: &days.numbers)
      }
    }
    if days.numbers.hasBit(7) { days.numbers.setBit(0) }
    return days
  }

  private func add(_ part: Substring, of field: Field, to bits: inout UInt64) throws(TimerTextError) {
    let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
    guard pieces.count <= 2, let base = pieces.first else { throw refused(part, field) }
    var step = 1
    if pieces.count == 2 {
      guard let given = Int(pieces[1]), given > 0, given <= field.range.upperBound else { throw refused(part, field) }
      step = given
    }
    var range = field.range
    if field == .weekday { range = 0...6 }
    if base != "*" {
      let ends = base.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2, let first = ends.first else { throw refused(part, field) }
      let low = try number(first, of: field)
      var high = ends.count == 2 ? try number(ends[1], of: field) : pieces.count == 2 ? range.upperBound : low
      if field == .weekday, high == 0, low > 0, ends.count == 2 { high = 7 }
      guard low <= high else {
        throw TimerTextError(
          "the range `\(base)` of the \(field.rawValue) runs backwards in \(quoted)",
          hint: "Write its two parts: `\(base.split(separator: "-")[0])-\(lastName(of: field)),…`.")
      }
      range = low...high
    }
    for value in stride(from: range.lowerBound, through: range.upperBound, by: step) { bits.setBit(value) }
  }

  private func lastName(of field: Field) -> String { field == .weekday ? "SUN" : "\(field.range.upperBound)" }

  private func number(_ text: Substring, of field: Field) throws(TimerTextError) -> Int {
    if let index = field.names.firstIndex(of: String(text)) { return index + field.range.lowerBound }
    guard !text.isEmpty, text.utf8.count <= 4, text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text)
    else { throw refused(text, field) }
    guard field.range.contains(number) else {
      throw TimerTextError(
        "the \(field.rawValue) \(number) of \(quoted) is not from \(field.range.lowerBound) to \(field.range.upperBound)"
      )
    }
    return number
  }

  private func refused(_ part: Substring, _ field: Field) -> TimerTextError {
    let shown = part.isEmpty ? "nothing" : "`\(part)`"
    let kinds = field.names.isEmpty ? "`*`, numbers" : "`*`, numbers, names"
    return TimerTextError(
      "\(shown) is no \(field.rawValue) in \(quoted)",
      hint: "A field is a list of \(kinds), ranges such as `1-5` and steps such as `*/2`.")
  }
}
