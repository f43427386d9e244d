import EngineCore

/// Messages, signals, conditions, escalations and links.
extension NodeReader {
  /// What a node waits for, that is made of the keys of a place: `message`, `key` and `output`, `signal`, `when` …
  func eventTrigger(_ fields: Fields, _ example: String) -> EventTrigger? {
    let found = (DefinitionKeys.triggers + DefinitionKeys.ownTriggers).filter { fields[$0] != nil }
    guard let word = found.first, let value = fields[word] else {
      findings.add(fields.place, "\(fields.subject) does not say what sets it off", hint: "Write it as \(example).")
      return nil
    }
    if found.count > 1 {
      findings.add(
        fields.place, "\(fields.subject) has both \(found[0].ticked) and \(found[1].ticked)",
        hint: "Make two events of it.")
      return nil
    }
    if fields["key"] != nil, word != "message" {
      findings.add(fields.keyPlace("key"), "`key` tells messages apart, and this is no message")
    }
    if fields["output"] != nil, word != "message", word != "signal" {
      findings.add(
        fields.keyPlace("output"), "`output` keeps what comes with a message or a signal, and this is neither")
    }
    return trigger(word, value, fields)
  }

  private func trigger(_ word: String, _ value: SourceNode, _ fields: Fields) -> EventTrigger? {
    switch word {
    case "after": return values.timer(value, "the time of `after`").map { .timer($0) }
    case "every": return CycleReader(values: values).cycle(value, "`every`").map { .timer(.cycle($0)) }
    case "error": return code(value, "the code of the error").map { .error(code: $0.code) }
    case "escalation": return code(value, "the code of the escalation").map { .escalation(code: $0.code) }
    case "message": return message(value, fields).map { .message($0) }
    case "cancel": return isTrue(value, word) ? .cancel : nil
    case "compensation": return isTrue(value, word) ? .compensation : nil
    case "signal":
      return values.literalText(value, "the name of the signal").map {
        .signal(SignalTrigger(name: $0, outputs: WorkReader(self).mappings(fields["output"], "`output`")))
      }
    default: return values.expression(value, "the condition of `when`").map { .conditional($0) }
    }
  }

  /// Whether an event that has no name and no code is there.
  private func isTrue(_ value: SourceNode, _ word: String) -> Bool {
    guard let isThere = values.boolean(value, word.ticked) else { return false }
    if !isThere {
      findings.add(value.place, "\(word.ticked) is false", hint: "Leave the event out, or write `\(word): true`.")
    }
    return isThere
  }

  /// A code, or nil inside for `any`.
  private func code(_ value: SourceNode, _ what: String) -> (code: String?, place: Place)? {
    values.literalText(value, what).map { ($0 == "any" ? nil : $0, value.place) }
  }

  func message(_ value: SourceNode, _ fields: Fields) -> MessageTrigger? {
    guard let name = values.literalText(value, "the name of the message") else { return nil }
    return MessageTrigger(
      name: name, correlationKey: fields["key"].flatMap { values.template($0) },
      outputs: WorkReader(self).mappings(fields["output"], "`output`"))
  }

  /// `receive: payment-received`
  func receive(_ value: SourceNode, _ fields: Fields) -> NodeDraft.Kind? {
    message(value, fields).map { .catches(.message($0)) }
  }

  /// `await: {signal: news}`, `await: {when: =stock > 0}`
  func awaited(_ value: SourceNode, _ fields: Fields) -> NodeDraft.Kind? {
    let example = "`{signal: …}` or `{when: =…}`"
    guard let inner = Fields(value, of: "`await` of \(id.ticked)", findings, example: example) else { return nil }
    inner.refuseKeys(besides: DefinitionKeys.awaited, findings)
    return eventTrigger(inner, example).map { .catches($0) }
  }

  /// `send: {message: order, key: =id, with: {amount: =amount}, ttl: 1h}`
  func sent(_ value: SourceNode) -> NodeDraft.Kind? {
    if value.scalar != nil {
      return values.literalText(value, "the name of the message").map { .throws(.message(MessageThrow(name: $0))) }
    }
    let example = "`{message: …, key: …, with: {…}, ttl: 1h}`"
    guard let fields = Fields(value, of: "`send` of \(id.ticked)", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.sent, findings)
    return thrownMessage(fields, example).map { .throws(.message($0)) }
  }

  private func thrownMessage(_ fields: Fields, _ example: String) -> MessageThrow? {
    guard let message = fields["message"] else {
      findings.add(fields.place, "\(fields.subject) names no message", hint: "Write it as \(example).")
      return nil
    }
    guard let name = values.literalText(message, "the name of the message") else { return nil }
    for field in fields.entries { process.note(id, field.key, field.keyPlace) }
    return MessageThrow(
      name: name, correlationKey: fields["key"].flatMap { values.template($0) },
      variables: WorkReader(self).mappings(fields["with"], "`with`"),
      timeToLive: fields["ttl"].flatMap { values.duration($0, "`ttl`") } ?? .zero)
  }

  /// `throw: {signal: news, with: {…}}`, `{escalation: LATE}`, `{link: over-there}`
  func thrown(_ value: SourceNode) -> NodeDraft.Kind? {
    if value.scalar?.text == "compensate" { return .compensationThrow(activity: nil) }
    let example = "`{signal: …}`, `{escalation: CODE}`, `{link: …}` or `{compensate: NODE}`"
    guard let fields = Fields(value, of: "`throw` of \(id.ticked)", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.thrown, findings)
    if let link = fields["link"] {
      if fields.entries.count > 1 { findings.add(fields.place, "a link takes nothing with it") }
      guard let name = values.literalText(link, "the name of the link") else { return nil }
      process.note(id, name, link.place)
      return .jump(to: name)
    }
    if let activity = fields["compensate"] {
      if fields.entries.count > 1 { findings.add(fields.place, "`compensate` takes nothing with it") }
      return undone(activity).map { .compensationThrow(activity: $0) }
    }
    return throwKind(fields, example).map { .throws($0) }
  }

  /// What is thrown in the middle of a flow or at an end: a signal, an escalation or a message.
  func throwKind(_ fields: Fields, _ example: String) -> ThrowKind? {
    switch (fields["signal"], fields["escalation"], fields["message"]) {
    case (let signal?, nil, nil):
      return values.literalText(signal, "the name of the signal").map {
        .signal(SignalThrow(name: $0, variables: WorkReader(self).mappings(fields["with"], "`with`")))
      }
    case (nil, let escalation?, nil):
      if fields["with"] != nil { findings.add(fields.keyPlace("with"), "an escalation takes nothing with it") }
      return values.literalText(escalation, "the code of the escalation").map { .escalation(code: $0) }
    case (nil, nil, .some): return thrownMessage(fields, example).map { .message($0) }
    default:
      findings.add(fields.place, "\(fields.subject) must say one thing that it throws", hint: "Write it as \(example).")
      return nil
    }
  }

  /// `handle: {error: PAYMENT, nodes: …}`
  func handled(_ value: SourceNode) -> NodeDraft.Kind? {
    let example =
      "`{error: CODE, nodes: …}`, or with `message`, `signal`, `after`, `every`, `when`, `escalation` or `compensation`"
    guard depth < DefinitionLimits.nesting else {
      findings.add(value.place, "subprocesses lie more than \(DefinitionLimits.nesting) deep inside each other")
      return nil
    }
    guard let fields = Fields(value, of: "the handling \(id.ticked)", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.handled, findings)
    for field in fields.entries { process.note(id, field.key, field.keyPlace) }
    let scope = process.readScope(fields, of: id, depth: depth + 1)
    guard let trigger = eventTrigger(fields, example) else { return nil }
    // What comes again and again cannot interrupt: the first time would be the last.
    let isInterrupting =
      fields["interrupting"].flatMap { values.boolean($0, "`interrupting`") } ?? (fields["every"] == nil)
    return .handler(
      scope, EventStart(trigger: trigger, isInterrupting: isInterrupting),
      saga: fields["saga"].flatMap(process.readSaga) ?? .none)
  }
}
