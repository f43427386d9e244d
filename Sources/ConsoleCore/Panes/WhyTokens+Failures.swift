import EngineCore

extension WhyTokens {
  /// Only a person moves a failed token: its incident says what kind of trouble it is in.
  func failed(_ token: Token) -> WhyReport.Item {
    let attempts = input.story.failedAttempts(of: token.id)
    guard let incident = instance.incident(of: token.id) else {
      var item = WhyReport.Item("\(title(token)) has failed", about: .token(token.id), urgency: .needsPerson)
      item.offer("R", "tries again")
      return item
    }
    let error = SafeText(untrusted: ErrorText.brief(code: incident.code, message: incident.message, limit: 300))
    var item = WhyReport.Item(SafeText(), about: .token(token.id), urgency: .needsPerson)
    switch incident.kind {
    case .workFailed:
      let count = max(attempts.count, token.failures)
      item.headline = "\(title(token)) failed" + (count > 1 ? " \(times(count))" : "") + ": \(error)"
      item.say(stuckSince(incident))
      offerForward(token, to: &item)
    case .expressionFailed:
      item.headline =
        "\(title(token)) could not be evaluated: \(SafeText(untrusted: ErrorText.brief(code: "", message: incident.message, limit: 300)))"
      item.say(stuckSince(incident))
      item.offer("E", "changes variables first")
      offerForward(token, to: &item)
    case .compensationFailed:
      item.headline = "\(title(token)) failed" + (attempts.count > 1 ? " \(times(attempts.count))" : "") + ": \(error)"
      item.say(stuckSince(incident))
      item.offer("R", "tries to undo it again")
      item.offer("K", "counts it as undone and goes on")
    case .inDoubt:
      item.headline = "\(title(token)) is in doubt: nobody knows whether it happened"
      item.say("Compensation waits for the answer. Look it up outside.")
      item.offer("R", "it happened: it is undone like the others")
      item.offer("K", "it did not happen: nothing is undone")
    case .crashLoop:
      item.headline = "\(title(token)) was stopped: the engine died \(times(max(1, token.crashes))) while it ran"
      item.say(stuckSince(incident))
      item.say("Whether an attempt took effect is not known.")
      offerForward(token, to: &item)
    }
    addOutput(of: attempts.last, lines: 8, to: &item)
    return item
  }

  private func stuckSince(_ incident: Incident) -> SafeText {
    "Stuck \(clock.sinceText(incident.raisedAt))."
  }

  private func offerForward(_ token: Token, to item: inout WhyReport.Item) {
    if token.mode == .compensation {
      item.offer("R", "tries to undo it again")
      item.offer("K", "counts it as undone and goes on")
    } else {
      item.offer("R", "tries again")
      item.offer("K", "counts it as done")
      item.offer("B", undoText(CompensationStack.nodesToUndo(instance, definition), definition))
    }
  }
}
