import ConsoleCore
import EngineCore

/// The history as a waterfall: when each activity ran, waited and was retried.
package enum TimelinePane {
  /// One column of a bar.
  private struct Stroke {
    var glyph: SafeText
    var role: StyleRole
  }

  private static let lengthColumns = 13
  private static let leastBar = 10

  package static func content(_ input: PaneInput, width: Int) -> PaneContent {
    let spans = input.story.spans
    guard !spans.isEmpty else { return PaneContent("Nothing has run yet.", width: width) }
    let labels = spans.map { label($0, input) }
    let labelColumns = max(8, min(labels.map(\.columns).max() ?? 0, width / 4))
    let barColumns = width - labelColumns - 2 - lengthColumns
    let end = input.instance.endedAt ?? max(input.now, input.instance.updatedAt)
    let scale = TimelineScale(spans, now: end, columns: max(barColumns, 1))
    var lines: [PaneLine] = []
    for (span, label) in zip(spans, labels) {
      var line = PaneLine(about: .token(span.token))
      line.add(label.fitted(to: labelColumns), span.mode == .compensation ? .stateCompensating : .text)
      line.add(" ")
      if barColumns >= leastBar { add(bar(span, scale, end), to: &line) }
      line.add(" ")
      line.add(mark(span), role(of: span))
      line.add(" \(input.clock.length(span.length(now: end)))")
      if span.attempts > 1 { line.add(" ×\(span.attempts)", .timelineRetry) }
      lines.append(line)
    }
    guard barColumns >= leastBar else { return PaneContent(lines: lines) }
    return PaneContent(heading: [axis(scale, labelColumns, input)], lines: lines + legend(spans, scale, width))
  }

  private static func label(_ span: ActivitySpan, _ input: PaneInput) -> SafeText {
    (span.mode == .compensation ? "↶ " : "") + input.definition.title(of: span.node)
  }

  private static func axis(_ scale: TimelineScale, _ labelColumns: Int, _ input: PaneInput) -> StyledLine {
    var line = PaneLine(input.clock.time(scale.start).fitted(to: labelColumns), .textMuted)
    line.add(" ")
    let begin = line.columns
    for tick in scale.ticks {
      line.pad(to: begin + tick.column)
      line.add(tick.label, .textMuted)
    }
    return line.line
  }

  private static func bar(_ span: ActivitySpan, _ scale: TimelineScale, _ end: Timestamp) -> [Stroke] {
    var strokes = [Stroke](repeating: Stroke(glyph: " ", role: .text), count: scale.columns)
    for segment in span.segments {
      let columns = scale.columns(from: segment.start, to: segment.end ?? end)
      // What took no time must not hide what did.
      if segment.end == segment.start, strokes[columns.lowerBound].glyph != " " || segment.phase == .ready { continue }
      for column in columns { strokes[column] = stroke(segment.phase) }
    }
    for failure in span.failures {
      strokes[max(0, scale.columns(from: span.start, to: failure).upperBound - 1)] = Stroke(
        glyph: "✗", role: .stateFailed)
    }
    for column in scale.breaks where strokes[column].glyph != " " && strokes[column].glyph != "✗" {
      strokes[column].glyph = "~"
    }
    return strokes
  }

  private static func add(_ strokes: [Stroke], to line: inout PaneLine) {
    var rest = strokes[...]
    while let first = rest.first {
      let same = rest.prefix { $0.role == first.role && $0.glyph == first.glyph }
      line.add(.repeating(first.glyph, count: same.count), first.role)
      rest = rest.dropFirst(same.count)
    }
  }

  private static func stroke(_ phase: ActivitySpan.Phase) -> Stroke {
    switch phase {
    case .ready: Stroke(glyph: ":", role: .textMuted)
    case .running: Stroke(glyph: "█", role: .timelineBar)
    case .waiting: Stroke(glyph: "─", role: .timelineWait)
    case .pause: Stroke(glyph: "·", role: .timelineRetry)
    case .stuck: Stroke(glyph: "!", role: .stateIncident)
    }
  }

  private static func mark(_ span: ActivitySpan) -> SafeText {
    switch span.outcome {
    case .completed?: "✓"
    case .skipped?: "⊘"
    case .terminated?: "■"
    case nil: span.segments.last?.phase == .stuck ? "✗" : "…"
    }
  }

  private static func role(of span: ActivitySpan) -> StyleRole {
    switch span.outcome {
    case .completed?: .success
    case .skipped?, .terminated?: .textMuted
    case nil: span.segments.last?.phase == .stuck ? .stateIncident : .stateRunning
    }
  }

  private static func hasVisibleReadiness(_ span: ActivitySpan) -> Bool {
    span.segments.contains { $0.phase == .ready && $0.end != $0.start }
  }

  /// The shapes that are in the picture, in words.
  private static func legend(_ spans: [ActivitySpan], _ scale: TimelineScale, _ width: Int) -> [PaneLine] {
    let phases = spans.flatMap { $0.segments.map(\.phase) }
    var parts: [SafeText] = ["█ at work"]
    if phases.contains(.waiting) { parts.append("─ waiting") }
    if phases.contains(.pause) { parts.append("· before a retry") }
    if spans.contains(where: hasVisibleReadiness) { parts.append(": ready") }
    if phases.contains(.stuck) { parts.append("! needs a person") }
    if spans.contains(where: { !$0.failures.isEmpty }) { parts.append("✗ failed attempt") }
    if !scale.breaks.isEmpty { parts.append("~ shortened") }
    return [PaneLine()] + PaneLine.wrapped(parts.joined(separator: "   "), .textMuted, width: width)
  }
}
