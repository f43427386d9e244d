import EngineCore

/// Reads one node.
struct NodeReader {
  let process: ProcessReader
  let id: String
  let depth: Int
  var findings: Findings { process.findings }
  var values: ValueReader { process.values }

  init(_ process: ProcessReader, _ id: String, depth: Int) {
    self.process = process
    self.id = id
    self.depth = depth
  }

  /// The node; where something cannot be read, something stands in for it, so that other nodes can still name it.
  func read(_ entry: SourceEntry) -> NodeDraft {
    let broken = NodeDraft(id: id, kind: .activity(Activity(work: .script)))
    guard let fields = Fields(entry.value, of: "the node \(id.ticked)", findings, example: "{service: …, next: …}")
    else {
      return broken
    }
    for field in fields.entries { process.note(id, field.key, field.keyPlace) }
    guard let word = kind(of: fields, entry) else { return with(broken, next: fields) }
    fields.refuseKeys(besides: word.keys, findings) { key in
      guard DefinitionKeys.anywhere.contains(key) else { return nil }
      return ("\(key.ticked) has no meaning at a `\(word.rawValue)`", word.hint(misplaced: key))
    }
    var draft = broken
    if let kind = kind(word, fields) { draft.kind = kind }
    draft.name = fields["name"].flatMap { values.literalText($0, "`name`") }
    draft.branches = branches(word, fields)
    draft.events = events(fields["events"])
    if word.keys.contains("for") { draft.loop = LoopReader(self).loop(fields) }
    return draft
  }

  private func kind(of fields: Fields, _ entry: SourceEntry) -> NodeWord? {
    let words = fields.entries.compactMap { NodeWord(rawValue: $0.key) }
    if let word = words.first, words.count == 1 { return word }
    let known = NodeWord.allCases.map(\.rawValue)
    if words.count > 1 {
      let both = words.map { "`\($0.rawValue)`" }.joined(separator: " and ")
      findings.add(
        fields.keyPlace(words[1].rawValue), "\(fields.subject) is \(both) at once", hint: "Keep one of them.")
      return nil
    }
    let misspelt = fields.entries.first { entry in
      !DefinitionKeys.anywhere.contains(entry.key) && suggestion(for: entry.key, among: known) != nil
    }
    if let misspelt {
      findings.add(
        misspelt.keyPlace, "\(fields.subject) has no key \(misspelt.key.ticked)",
        hint: suggestion(for: misspelt.key, among: known))
    } else {
      findings.add(
        entry.keyPlace, "\(fields.subject) does not say what it does",
        hint: "Its first key is one of \(known.map { "`\($0)`" }.joined(separator: ", ")).")
    }
    return nil
  }

  private func with(_ draft: NodeDraft, next fields: Fields) -> NodeDraft {
    var draft = draft
    draft.branches = [fields["next"]].compactMap { $0?.scalar?.text }.map { BranchDraft(to: $0) }
    return draft
  }

  private func kind(_ word: NodeWord, _ fields: Fields) -> NodeDraft.Kind? {
    guard let value = fields[word.rawValue] else { return nil }
    switch word {
    case .run, .service, .external, .user, .call: return activity(word, fields).map { .activity($0) }
    case .set:
      let outputs = WorkReader(self).mappings(value, "`set`")
      return .activity(
        Activity(work: .script, outputs: outputs, compensation: compensation(fields)))
    case .choose: return .choice
    case .fork: return .fork
    case .join:
      if let branches = values.text(value, "`join`").flatMap(JoinedBranches.init(rawValue:)) { return .join(branches) }
      findings.add(
        value.place, "`join` is neither `all` nor `taken`",
        hint: "`all` waits for every flow, `taken` for the branches of a fork with conditions that were taken.")
      return .join(.all)
    case .wait: return wait(value).map { .wait($0) }
    case .end: return end(value)
    case .subprocess, .transaction: return subprocess(value, fields, isTransaction: word == .transaction)
    case .receive: return receive(value, fields)
    case .await: return awaited(value, fields)
    case .send: return sent(value)
    case .throw: return thrown(value)
    case .first: return .first
    case .link: return values.literalText(value, "the name of the link").map { .landing($0) }
    case .handle: return handled(value)
    case .custom: return custom(value, fields)
    }
  }

  /// `2s`, a date, an expression, or the latter two as `{until: …}`.
  private func wait(_ value: SourceNode) -> TimerDefinition? {
    guard case .mapping = value.content else { return values.timer(value, "the time of `wait`") }
    let example = "2s or {until: =date}"
    guard let fields = Fields(value, of: "`wait`", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.wait, findings) { key in
      guard key == "every" else { return nil }
      return ("a `wait` ends once, and `every` comes again and again", "Wait for a time, and lead back to the node.")
    }
    guard let until = fields["until"] else {
      findings.add(fields.place, "`wait` does not say until when", hint: "Write it as \(example).")
      return nil
    }
    return values.timer(until, "the time of `until`")
  }

  private func custom(_ value: SourceNode, _ fields: Fields) -> NodeDraft.Kind? {
    let configuration = fields["with"].map { values.template($0) } ?? .literal(.null)
    let outputs = WorkReader(self).mappings(fields["output"], "`output`")
    guard let name = values.literalText(value, "the rule of `custom`"), let configuration else { return nil }
    process.note(id, name, value.place)
    return .custom(CustomNode(handler: name, configuration: configuration, outputs: outputs))
  }

  private func activity(_ word: NodeWord, _ fields: Fields) -> Activity? {
    let reader = WorkReader(self)
    let compensation = compensation(fields)
    guard let work = reader.work(word, fields) else { return nil }
    return Activity(
      work: work, inputs: reader.mappings(fields["input"], "`input`"),
      outputs: reader.mappings(fields["output"], "`output`"), retry: reader.retry(word, fields),
      timeout: fields["timeout"].flatMap { values.duration($0, "`timeout`") }, compensation: compensation,
      probe: fields["probe"].flatMap { reader.probe($0) })
  }

  private func compensation(_ fields: Fields) -> Compensation? {
    fields["compensate"].flatMap { WorkReader(self).compensation($0) }
  }

  private func end(_ value: SourceNode) -> NodeDraft.Kind? {
    if value.isNull || value.scalar?.text == "plain" { return .end(.plain) }
    if value.scalar?.text == "terminate" { return .end(.terminate) }
    if value.scalar?.text == "cancel" { return .end(.cancel) }
    if value.scalar?.text == "compensate" { return .compensationEnd(activity: nil) }
    let example = "`{end: {error: CODE}}`, `{end: {signal: …}}` or `{end: terminate}`, or say `next: end`"
    guard let fields = Fields(value, of: "`end`", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.end, findings)
    if let activity = fields["compensate"] { return undone(activity).map { .compensationEnd(activity: $0) } }
    guard let error = fields["error"] else {
      if fields.entries.contains(where: { ["signal", "escalation", "message"].contains($0.key) }) {
        return throwKind(fields, example).map { .end(.throwing($0)) }
      }
      findings.add(fields.place, "`end` does not say which error it throws", hint: "Write it as \(example).")
      return nil
    }
    if let other = fields.entries.first(where: { $0.key != "error" }) {
      findings.add(other.keyPlace, "an end that throws an error says nothing else")
    }
    return values.literalText(error, "the code of the error").map { .end(.error(code: $0)) }
  }

  /// The name of the activity that an event undoes.
  func undone(_ node: SourceNode) -> String? {
    guard let name = values.literalText(node, "`compensate`") else { return nil }
    process.note(id, name, node.place)
    return name
  }

  private func subprocess(_ value: SourceNode, _ fields: Fields, isTransaction: Bool) -> NodeDraft.Kind? {
    guard depth < DefinitionLimits.nesting else {
      findings.add(value.place, "subprocesses lie more than \(DefinitionLimits.nesting) deep inside each other")
      return nil
    }
    let subject = "the \(isTransaction ? "transaction" : "subprocess") \(id.ticked)"
    guard let inner = Fields(value, of: subject, findings, example: "`{nodes: …}`") else { return nil }
    inner.refuseKeys(besides: DefinitionKeys.subprocess, findings)
    for field in inner.entries { process.note(id, field.key, field.keyPlace) }
    var scope = process.readScope(inner, of: id, depth: depth + 1)
    scope.isTransaction = isTransaction
    return .subprocess(
      scope, inputs: WorkReader(self).mappings(fields["input"], "`input`"),
      saga: inner["saga"].flatMap(process.readSaga) ?? .none, compensation: compensation(fields))
  }
}
