import ConsoleCore
import EngineCore

/// The history of the instance, a line an event, newest last. What failed attempts wrote is shown below them; of what
/// others wrote, the line of the event says the end.
///
/// An event opens to its whole JSON object and to all that its attempt wrote.
package enum EventsPane {
  /// Lines that are shown of an attempt's standard error while its event is closed.
  private static let closedOutputLines = 3

  package static func content(_ input: PaneInput, _ state: PaneState, width: Int) -> PaneContent {
    var lines: [PaneLine] = []
    if input.detail.hasOlderHistory { lines.append(PaneLine("… older events are not shown", .textMuted)) }
    var attempts: [Int64: FailedAttempt] = [:]
    for attempt in input.story.failedAttempts { attempts[attempt.sequence] = attempt }
    var notes: [Int64: AttemptNote] = [:]
    for note in input.story.notes { notes[note.sequence] = note }
    let digits = "\(input.story.events.last?.sequence ?? 0)".count
    for event in input.story.events {
      let isOpen = state.toggled.contains(.event(event.sequence))
      lines += title(event, input, isOpen: isOpen, digits: digits, width: width)
      let subject = PaneSubject.event(event.sequence)
      if isOpen { lines += members(event, state, width) }
      if let attempt = attempts[event.sequence] { lines += output(attempt, subject, isOpen: isOpen, width: width) }
      if isOpen, let note = notes[event.sequence] { lines += output(note, subject, width: width) }
    }
    if lines.isEmpty { return PaneContent("There is no history.", width: width) }
    return PaneContent(lines: lines)
  }

  private static func title(
    _ event: EventDescription, _ input: PaneInput, isOpen: Bool, digits: Int, width: Int
  ) -> [PaneLine] {
    let subject = PaneSubject.event(event.sequence)
    var first = PaneLine(about: subject)
    first.add(isOpen ? "▾ " : "▸ ", .textMuted)
    first.add(SafeText(event.sequence).padded(to: digits, alignment: .right) + "  ", .textMuted)
    first.add(width >= 100 ? input.clock.preciseTime(event.at) : input.clock.time(event.at), .textMuted)
    first.add("  ")
    let sentence = SafeText(untrusted: event.sentence)
    let room = max(8, width - first.columns)
    guard isOpen, sentence.columns > room else {
      first.add(sentence.clipped(to: room), role(of: event))
      return [first]
    }
    let indent = first.columns
    let parts = sentence.wrapped(to: room)
    first.add(parts[0], role(of: event))
    return [first]
      + parts.dropFirst().map { part in
        var line = PaneLine(about: subject)
        line.pad(to: indent)
        line.add(part, role(of: event))
        return line
      }
  }

  private static func members(_ event: EventDescription, _ state: PaneState, _ width: Int) -> [PaneLine] {
    let members = event.jsonMembers.filter { $0.name != "detail" }
    var lines: [PaneLine] = []
    for (index, member) in members.enumerated() {
      let isHidden = SecretMask.isSecret(member.name) && member.value.stringValue != nil
      let value =
        state.revealsSecrets ? member.value : isHidden ? .string(SecretMask.mask) : SecretMask.masked(member.value)
      let comma = index == members.count - 1 ? "" : ","
      let text = SafeText.lines(untrusted: value.prettyJSON + comma, limit: 500)
      for (row, part) in text.enumerated() {
        var line = PaneLine(about: .event(event.sequence))
        line.pad(to: 6)
        if row == 0 {
          line.add("\"" + SafeText(untrusted: member.name) + "\"", .jsonKey)
          line.add(": ", .jsonPunctuation)
        }
        line.add(part.clipped(to: max(8, width - line.columns)), role(of: value))
        lines.append(line)
      }
    }
    return lines
  }

  private static func output(
    _ attempt: FailedAttempt, _ subject: PaneSubject, isOpen: Bool, width: Int
  ) -> [PaneLine] {
    let text = attempt.output()
    guard !text.isEmpty else { return [] }
    let shown = isOpen ? text : Array(text.suffix(closedOutputLines))
    var lines: [PaneLine] = []
    if isOpen {
      lines.append(PaneLine("      standard error of attempt \(attempt.attempt):", .textMuted, about: subject))
    } else if shown.count < text.count {
      lines.append(PaneLine("  │ … \(text.count - shown.count) lines before", .textMuted, about: subject))
    }
    for line in shown { lines += WhyPane.quoted(line, about: subject, width: width) }
    return lines
  }

  private static func output(_ note: AttemptNote, _ subject: PaneSubject, width: Int) -> [PaneLine] {
    [PaneLine("      attempt \(note.attempt) noted:", .textMuted, about: subject)]
      + note.output().flatMap { WhyPane.quoted($0, about: subject, width: width) }
  }

  private static func role(of value: Value) -> StyleRole {
    switch value {
    case .null, .boolean: .jsonLiteral
    case .number: .jsonNumber
    case .string: .jsonString
    case .list, .context: .text
    }
  }

  /// What happened stands out from what only leads there.
  private static func role(of event: EventDescription) -> StyleRole {
    switch event.typeName {
    case "tokenFailed", "compensationFailed", "processFailed": .error
    case "incidentRaised", "processCorrupted": .stateIncident
    case "processStarted", "processCompleted": .textStrong
    case "processCompensated", "completionKept", "sagaStarted", "sagaPhaseChanged", "sagaCompleted",
      "compensationCompleted", "compensationTokenCreated", "compensationSkipped":
      .stateCompensating
    case "cancellationStarted", "processCancelled", "sagaAbandoned", "processTerminated", "processSuspended",
      "processResumed", "tokenSkipped",
      "incidentResolved":
      .warning
    case "tokenCompleted", "joinCompleted", "scopeCompleted", "boundaryTriggered", "timerFired", "externalTaskLocked",
      "workHandedOver", "variablesChanged", "tokenClaimed":
      .text
    default: .textMuted
    }
  }
}
