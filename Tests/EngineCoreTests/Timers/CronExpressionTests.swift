import EngineCore
import Foundation
import Testing

@Suite("Cron expressions")
struct CronExpressionTests {
  struct Vector: CustomTestStringConvertible {
    let expression: String
    let zone: String
    let policy: ClockShiftPolicy
    let after: String
    let expected: [String]
    var testDescription: String { "\(expression) in \(zone), \(policy.rawValue), after \(after)" }

    static let all: [Vector] = CronVectors.rows.split(separator: "\n").reduce(into: []) { vectors, line in
      let parts = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count > 1 {
        vectors.append(
          Vector(
            expression: parts[0], zone: parts[1], policy: ClockShiftPolicy(rawValue: parts[2])!, after: parts[3],
            expected: []))
      } else if let last = vectors.popLast() {
        vectors.append(
          Vector(
            expression: last.expression, zone: last.zone, policy: last.policy, after: last.after,
            expected: last.expected + parts[0].split(separator: " ").map(String.init)))
      }
    }
  }

  @Test("They go off when cron would run them, across changes of the clocks", arguments: Vector.all)
  func occurrences(vector: Vector) throws {
    let zone = try #require(TestZones.rules(of: vector.zone))
    let expression = try CronExpression(vector.expression)
    var instant = vector.after.instant
    var found: [String] = []
    while found.count < vector.expected.count,
      let next = expression.next(after: instant, in: zone, shift: vector.policy)
    {
      found.append(next.brief)
      instant = next
    }
    #expect(found == vector.expected)
  }

  @Test("A short form is the expression it stands for")
  func shortForms() throws {
    let after = "2026-06-17T10:11:12Z".instant
    let pairs = [
      ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * SUN"),
      ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 JAN ?"), ("@annually", "0 0 1 1 *"),
    ]
    for (short, long) in pairs {
      let times = try [short, long].map { try CronExpression($0).next(after: after, in: FixedZone.utc, shift: .cron) }
      #expect(times[0] == times[1])
    }
  }

  @Test("The next occurrence lies after the instant, also when that is one itself")
  func strictlyAfter() throws {
    let noon = try CronExpression("0 12 * * *")
    let next = noon.next(after: "2026-01-01T12:00:00Z".instant, in: FixedZone.utc, shift: .cron)
    #expect(next == "2026-01-02T12:00:00Z".instant)
    let before = noon.next(after: "2026-01-01T11:59:59.999999Z".instant, in: FixedZone.utc, shift: .cron)
    #expect(before == "2026-01-01T12:00:00Z".instant)
  }

  @Test(
    "What is no cron expression is refused with a sentence",
    arguments: [
      ("0 7 * *", "the cron expression `0 7 * *` has 4 fields"),
      ("61 7 * * *", "the minute 61 of `61 7 * * *` is not from 0 to 59"),
      ("0 24 * * *", "the hour 24 of `0 24 * * *` is not from 0 to 23"),
      ("0 7 * * MONDAY", "`MONDAY` is no day of week in `0 7 * * MONDAY`"),
      ("0 7 * * FRI-MON", "the range `FRI-MON` of the day of week runs backwards in `0 7 * * FRI-MON`"),
      ("0 7 30 2 *", "the days of `0 7 30 2 *` are in none of its months"),
      ("*/0 7 * * *", "`*/0` is no minute in `*/0 7 * * *`"),
      ("0,,1 7 * * *", "nothing is no minute in `0,,1 7 * * *`"),
      ("0 7 * * L", "`L` alone says no day of the week in `0 7 * * L`"),
      ("@reboot", "there is no `@reboot`"),
      ("0 7 * * 1#6", "`1#6` is no day of week in `0 7 * * 1#6`"),
      ("-1 7 * * *", "nothing is no minute in `-1 7 * * *`"),
    ])
  func refusals(text: String, sentence: String) {
    do {
      _ = try CronExpression(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.message == sentence)
    }
  }

  @Test("An expression that never comes again ends the search")
  func never() throws {
    let feb29 = try CronExpression("0 0 29 2 MON#5")
    // One of the two day fields has to hold, so this comes on every 29th of February and on fifth Mondays.
    #expect(feb29.next(after: "2026-01-01T00:00:00Z".instant, in: FixedZone.utc, shift: .cron) != nil)
    let unionOnly = try CronExpression("0 0 */31 2 *")
    #expect(
      unionOnly.next(after: "2026-01-02T00:00:00Z".instant, in: FixedZone.utc, shift: .cron)
        == "2026-02-01T00:00:00Z".instant)
  }
}
