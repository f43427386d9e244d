import EngineCore

extension NodeReader {
  /// Where a node leads.
  func branches(_ word: NodeWord, _ fields: Fields) -> [BranchDraft] {
    switch word {
    case .choose: return fields["choose"].map(choices) ?? []
    case .fork: return fields["fork"].map { forkTargets($0, word) } ?? []
    case .first: return fields["first"].map { forkTargets($0, word) } ?? []
    case .run, .service, .external, .user, .call, .set, .join, .wait, .subprocess, .transaction, .receive, .await,
      .send, .throw, .link:
      return fields["next"].flatMap { target($0, "`next`") }.map { [BranchDraft(to: $0)] } ?? []
    case .custom:
      // Its rule chooses among several ways out, or takes all of them.
      guard let next = fields["next"] else { return [] }
      guard case .list(let elements) = next.content else {
        return target(next, "`next`").map { [BranchDraft(to: $0)] } ?? []
      }
      return elements.compactMap { target($0, "`next`") }.map { BranchDraft(to: $0) }
    case .end, .handle: return []
    }
  }

  private func target(_ node: SourceNode, _ what: String) -> String? {
    if case .list = node.content {
      findings.add(
        node.place, "\(what) leads to one node, and this is a list", hint: "Lead to a `fork` with these branches.")
      return nil
    }
    guard let text = values.literalText(node, what) else { return nil }
    process.note(id, text, node.place)
    return text
  }

  private func forkTargets(_ node: SourceNode, _ word: NodeWord) -> [BranchDraft] {
    guard case .list(let elements) = node.content else {
      findings.add(
        node.place, "`\(word.rawValue)` must be a list of nodes, and this is \(node.kindName)",
        hint: "Write it as [a, b].")
      return []
    }
    let example = "`- {if: =…, next: …}`, `- else: …` or the name of a node"
    return elements.compactMap { element in
      if word == .fork, case .mapping = element.content { return conditionalBranch(element, example) }
      return target(element, "a branch of `\(word.rawValue)`").map { BranchDraft(to: $0) }
    }
  }

  private func conditionalBranch(_ element: SourceNode, _ example: String) -> BranchDraft? {
    guard let fields = Fields(element, of: "a branch of \(id.ticked)", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.branch, findings)
    return choice(fields, example)
  }

  private func choices(_ node: SourceNode) -> [BranchDraft] {
    let example = "`- {if: =…, next: …}` and `- else: …`"
    guard case .list(let elements) = node.content else {
      findings.add(node.place, "`choose` must be a list, and this is \(node.kindName)", hint: "Write it as \(example).")
      return []
    }
    return elements.compactMap { conditionalBranch($0, example) }
  }

  private func choice(_ fields: Fields, _ example: String) -> BranchDraft? {
    switch (fields["if"], fields["else"]) {
    case (let condition?, nil):
      let expression = values.expression(condition, "the condition of `if`")
      guard let next = fields["next"] else {
        findings.add(fields.place, "\(fields.subject) does not say where it leads", hint: "Add `next`.")
        return nil
      }
      guard let target = target(next, "`next`") else { return nil }
      return expression.map { BranchDraft(to: target, .when($0)) }
    case (nil, let otherwise?):
      if fields["next"] != nil {
        findings.add(fields.keyPlace("next"), "`else` says itself where it leads, and `next` is too much")
      }
      return target(otherwise, "`else`").map { BranchDraft(to: $0, .otherwise) }
    case (nil, nil):
      findings.add(fields.place, "\(fields.subject) has neither `if` nor `else`", hint: "Write it as \(example).")
      return nil
    case (.some, .some):
      findings.add(fields.place, "\(fields.subject) has both `if` and `else`", hint: "Make two branches of it.")
      return nil
    }
  }

  /// The boundary events of a node.
  func events(_ node: SourceNode?) -> [EventDraft] {
    guard let node else { return [] }
    let example = "`- {after: 1h, next: …}` or `- {error: CODE, next: …}`"
    guard case .list(let elements) = node.content else {
      findings.add(node.place, "`events` must be a list, and this is \(node.kindName)", hint: "Write it as \(example).")
      return []
    }
    return elements.compactMap { element in
      let subject = "a boundary event of \(id.ticked)"
      guard let fields = Fields(element, of: subject, findings, example: example) else { return nil }
      fields.refuseKeys(besides: DefinitionKeys.event, findings)
      return event(fields, example)
    }
  }

  private func event(_ fields: Fields, _ example: String) -> EventDraft? {
    guard let trigger = eventTrigger(fields, example) else { return nil }
    guard let next = fields["next"] else {
      findings.add(fields.place, "\(fields.subject) does not say where it leads", hint: "Add `next`.")
      return nil
    }
    guard let target = target(next, "`next`") else { return nil }
    // What comes again and again cannot interrupt: the first time would be the last.
    let isInterrupting =
      fields["interrupting"].flatMap { values.boolean($0, "`interrupting`") } ?? (fields["every"] == nil)
    let event = EventDraft(
      id: fields["id"].flatMap { values.literalText($0, "`id`") },
      name: fields["name"].flatMap { values.literalText($0, "`name`") }, trigger: trigger,
      isInterrupting: isInterrupting, target: target)
    let name = event.id ?? event.derivedID(host: id)
    process.notePlace(ofEvent: name, fields.place)
    for field in fields.entries { process.note(name, field.key, field.keyPlace) }
    return event
  }
}
