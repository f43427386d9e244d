import EngineCore

// From the decision to the results. Commands go out in batches of bounded size, the next one when the last has been
// answered, so that resting and stopping take effect at once and the engine's queue stays short.

extension ConsoleModel {
  mutating func performInSheet(_ command: SheetCommand) -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay else { return [] }
    switch command {
    case .accept: return accept(sheet)
    case .close: return close(sheet)
    case .nextField: sheet.moveFocus(by: 1)
    case .previousField: sheet.moveFocus(by: -1)
    case .pauseWork: return pauseWork(sheet)
    case .copy: return [.copy(sheet.commandLine.string)]
    }
    overlay = .sheet(sheet)
    return []
  }

  /// Text goes to the field that has the keys; on Cancel it begins the word.
  mutating func typeIntoSheet(_ key: KeyPress) -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay, sheet.phase == .deciding else { return [] }
    sheet.error = nil
    switch sheet.focus {
    case .cancel:
      guard case .character = key else { return [] }
      sheet.focus = .confirmation
      _ = sheet.confirmation.take(key)
    case .confirmation: _ = sheet.confirmation.take(key)
    case .reason: _ = sheet.reason.take(key)
    }
    overlay = .sheet(sheet)
    return []
  }

  /// Enter alone never means yes: on Cancel it leaves, and elsewhere it asks for the word that fits this plan.
  private mutating func accept(_ sheet: PlanSheet) -> [ConsoleEffect] {
    var sheet = sheet
    if sheet.focus == .cancel { return close(sheet) }
    let reason = sheet.reason.text.trimmingSpaces
    if sheet.confirmation.text.trimmingSpaces != sheet.requiredWord {
      sheet.focus = .confirmation
      sheet.error = "type " + SafeText(untrusted: sheet.requiredWord) + " to go on, or press Esc"
    } else if sheet.isReasonRequired && reason.isEmpty {
      sheet.focus = .reason
      sheet.error = "this store is marked as production: say why"
    } else {
      sheet.phase = .running
      sheet.error = nil
      sheet.top = 0
      overlay = .sheet(sheet)
      return sendNext()
    }
    overlay = .sheet(sheet)
    return []
  }

  private mutating func close(_ sheet: PlanSheet) -> [ConsoleEffect] {
    var sheet = sheet
    switch sheet.phase {
    case .planning, .deciding:
      overlay = .none
      say("nothing was changed")
    case .finished: overlay = .none
    case .running, .paused:
      if sheet.stop() {
        overlay = .sheet(sheet)
        return finishIfAnswered()
      }
      // What is on its way cannot be called back; its outcome will stand in the audit.
      overlay = .none
      say("\(sheet.sentCount) commands are still on their way: see the audit, view 8", .warning)
    }
    return []
  }

  private mutating func pauseWork(_ sheet: PlanSheet) -> [ConsoleEffect] {
    var sheet = sheet
    let wasPaused = sheet.phase == .paused
    sheet.phase = wasPaused ? .running : .paused
    overlay = .sheet(sheet)
    return wasPaused && sheet.sentCount == 0 ? sendNext() : []
  }

  /// Sends the next batch of planned commands.
  private mutating func sendNext() -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay, sheet.phase == .running else { return [] }
    var commands: [ExecutionRequest.Command] = []
    for index in sheet.entries.indices where commands.count < PlanSheet.batchLimit {
      guard case .planned(let plan) = sheet.entries[index].state, let verb = sheet.entries[index].verb else { continue }
      commands.append(
        ExecutionRequest.Command(verb: verb, instance: plan.target, expectedVersion: plan.version))
      sheet.entries[index].state = .sent(plan)
    }
    overlay = .sheet(sheet)
    guard !commands.isEmpty else { return finishIfAnswered() }
    let reason = sheet.reason.text.trimmingSpaces
    return [
      .execute(
        ExecutionRequest(
          generation: sheet.generation, commands: commands, reason: reason.isEmpty ? nil : reason))
    ]
  }

  mutating func take(_ answers: [ExecutionAnswer], for generation: Generation) -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay, sheet.generation == generation else { return [] }
    for answer in answers { sheet.take(answer) }
    overlay = .sheet(sheet)
    return sheet.sentCount == 0 ? (sheet.phase == .running ? sendNext() : finishIfAnswered()) : []
  }

  private mutating func finishIfAnswered() -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay, sheet.answeredCount == sheet.entries.count else { return [] }
    sheet.phase = .finished
    sheet.top = 0
    overlay = .sheet(sheet)
    unmark(sheet)
    let effects = isFrozen ? [] : refresh()
    guard sheet.refusals.isEmpty, !sheet.entries.contains(where: { $0.state == .left }) else { return effects }
    overlay = .none
    say(summary(of: sheet), .success)
    return effects + offerRetry(after: sheet)
  }

  private func summary(of sheet: PlanSheet) -> SafeText {
    let isPosted = sheet.entries.contains { $0.state == .posted }
    let outcome: SafeText = isPosted ? "waits in the store for an engine" : "done"
    guard sheet.entries.count == 1, let only = sheet.entries.first else {
      return sheet.verbName + " \(sheet.entries.count) instances: " + outcome
    }
    return sheet.verbName + " " + only.target.title + ": " + outcome
  }

  /// Rows that have been dealt with are no longer marked; those that were refused stay.
  private mutating func unmark(_ sheet: PlanSheet) {
    guard let kind = listKind else { return }
    var done: Set<Int64> = []
    for entry in sheet.entries {
      switch entry.state {
      case .done, .posted: done.insert(entry.target.instance.rawValue)
      case .planning, .planned, .refused, .sent, .left: break
      }
    }
    self[list: kind].unmark { done.contains($0.whole) }
  }

  /// The usual fix at night: change a variable, then try again.
  private mutating func offerRetry(after sheet: PlanSheet) -> [ConsoleEffect] {
    guard sheet.kind == .edit, let only = sheet.entries.first, case .done = only.state, only.target.hasFailed else {
      return []
    }
    return openSheet(
      .retry, [only.target], note: "the variables have been changed; nothing is tried again unless you say so")
  }
}

extension PlanSheet {
  /// How many commands are on their way.
  package var sentCount: Int {
    entries.count { if case .sent = $0.state { true } else { false } }
  }

  mutating func moveFocus(by step: Int) {
    let fields: [Focus] = [.cancel, .confirmation, .reason]
    let position = fields.firstIndex(of: focus) ?? 0
    focus = fields[(position + step + fields.count) % fields.count]
    error = nil
  }

  /// Leaves all that has not been sent; false where there is nothing of the kind.
  mutating func stop() -> Bool {
    var hasStopped = false
    for index in entries.indices {
      guard case .planned = entries[index].state else { continue }
      entries[index].state = .left
      hasStopped = true
    }
    return hasStopped
  }

  mutating func take(_ answer: ExecutionAnswer) {
    let index = entries.firstIndex { entry in
      guard case .sent = entry.state else { return false }
      return entry.target.instance == answer.instance
    }
    guard let index else { return }
    switch answer.outcome {
    case .done: entries[index].state = .done("done")
    case .posted: entries[index].state = .posted
    case .failed(let message): entries[index].state = .refused(SafeText(untrusted: message))
    case .refused(let rejection):
      let moved: SafeText = rejection.reason == .versionConflict ? "it moved meanwhile: " : ""
      entries[index].state = .refused(moved + SafeText(untrusted: rejection.message))
    }
  }
}
