import EngineCore

/// Reads times that come again: `10m`, `R5/PT10S`, `"@daily"`, `{interval: P1M, from: DATE}` and
/// `{cron: "0 7 * * MON-FRI", zone: Europe/Berlin, dst: skip, times: 5}`.
struct CycleReader {
  let values: ValueReader
  private var findings: Findings { values.findings }
  private static let example = "10m, R5/PT10S or {cron: \"0 7 * * MON-FRI\", zone: Europe/Berlin}"

  /// The cycle; nil, and a finding, when it is none.
  func cycle(_ node: SourceNode, _ what: String) -> TimerCycle? {
    if case .mapping = node.content { return longForm(node, what) }
    guard let text = fixedText(node, what) else { return nil }
    return parsed(node) { () throws(TimerTextError) in try TimerCycle(text) }
  }

  private func longForm(_ node: SourceNode, _ what: String) -> TimerCycle? {
    guard let fields = Fields(node, of: what, findings, example: Self.example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.cycle, findings)
    let times = fields["times"].flatMap(times)
    switch (fields["cron"], fields["interval"]) {
    case (let cron?, nil):
      refuse(["from"], in: fields, at: "cron", hint: "Only an `interval` has a beginning.")
      return self.cron(cron, fields, times)
    case (nil, let interval?):
      refuse(["zone", "dst"], in: fields, at: "interval", hint: "A `cron` expression follows the clock of a zone.")
      return self.interval(interval, fields, times)
    case (nil, nil), (.some, .some):
      findings.add(fields.place, "\(what) needs one of `interval` and `cron`", hint: "Write it as \(Self.example).")
      return nil
    }
  }

  private func cron(_ node: SourceNode, _ fields: Fields, _ times: Int?) -> TimerCycle? {
    let zone = fields["zone"].flatMap { values.literalText($0, "`zone`") }
    var shift = ClockShiftPolicy.cron
    if let dst = fields["dst"], let text = values.text(dst, "`dst`") {
      if let known = ClockShiftPolicy(rawValue: text) {
        shift = known
      } else {
        findings.add(dst.place, "`dst` is \(text.ticked)", hint: "It is cron, skip or twice.")
      }
      if zone == nil {
        findings.add(fields.keyPlace("dst"), "`dst` says what a zone's clock does, and there is no `zone`")
      }
    }
    guard let text = fixedText(node, "`cron`"),
      let expression = parsed(node, { () throws(TimerTextError) in try CronExpression(text) })
    else { return nil }
    return TimerCycle(.cron(expression, zone: zone, shift: shift), times: times)
  }

  private func interval(_ node: SourceNode, _ fields: Fields, _ times: Int?) -> TimerCycle? {
    guard let text = fixedText(node, "`interval`"),
      let period = parsed(node, { () throws(TimerTextError) in try TimerCycle.period(text) })
    else { return nil }
    guard let from = fields["from"] else { return TimerCycle(.interval(period, .whenSet), times: times) }
    guard let text = values.literalText(from, "`from`") else { return nil }
    guard let start = TimerCycle.FixedTime(iso8601: text) else {
      findings.add(from.place, "`from` is \(text.ticked)", hint: "Write a date such as 2026-01-31T07:00:00+01:00.")
      return nil
    }
    return TimerCycle(.interval(period, .from(start)), times: times)
  }

  private func times(_ node: SourceNode) -> Int? {
    guard let times = values.wholeNumber(node, "`times`") else { return nil }
    guard (1...TimerCycle.mostTimes).contains(times) else {
      findings.add(node.place, "`times` is \(times)", hint: "It is at least 1; without it, there is no end.")
      return nil
    }
    return times
  }

  private func fixedText(_ node: SourceNode, _ what: String) -> String? {
    guard let scalar = node.scalar, !scalar.isNull else {
      findings.add(node.place, "\(what) must be text, and this is \(node.kindName)", hint: "Write \(Self.example).")
      return nil
    }
    if scalar.isNumber {
      findings.add(node.place, "\(what), \(scalar.text.excerpt), has no unit", hint: "Write \(Self.example).")
      return nil
    }
    return values.literalText(node, what)
  }

  private func refuse(_ keys: [String], in fields: Fields, at word: String, hint: String) {
    for key in keys where fields[key] != nil {
      findings.add(fields.keyPlace(key), "`\(key)` has no meaning beside `\(word)`", hint: hint)
    }
  }

  private func parsed<Parsed>(
    _ node: SourceNode, _ parse: () throws(TimerTextError) -> Parsed
  ) -> Parsed? {
    do {
      return try parse()
    } catch {
      findings.add(node.place, error.message, hint: error.hint)
      return nil
    }
  }
}
