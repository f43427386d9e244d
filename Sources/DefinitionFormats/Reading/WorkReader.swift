import EngineCore

/// Reads who does the work of a node or of its compensation, with what, and how often.
struct WorkReader {
  private let node: NodeReader
  private var findings: Findings { node.findings }
  private var values: ValueReader { node.values }

  init(_ node: NodeReader) { self.node = node }

  /// Who does it; nil when that cannot be read.
  func work(_ word: NodeWord, _ fields: Fields) -> Work? {
    guard let value = fields[word.rawValue] else { return nil }
    switch word {
    case .run: return command(value)
    case .service:
      let configuration = fields["with"].map { values.template($0) } ?? .literal(.null)
      guard let name = values.literalText(value, "the handler of `service`"), let configuration else { return nil }
      node.process.note(node.id, name, value.place)
      return .handler(name: name, configuration: configuration)
    case .external: return external(value).map { .external($0) }
    case .user: return user(value).map { .user($0) }
    case .call: return call(value).map { .call($0) }
    case .set, .choose, .fork, .join, .wait, .end, .subprocess, .transaction, .receive, .await, .send,
      .throw, .first, .link, .handle, .custom:
      return nil
    }
  }

  private func command(_ value: SourceNode) -> Work? {
    guard case .list(let elements) = value.content else {
      let word = value.scalar.map { "[\($0.text.excerpt)]" } ?? "[./reserve.sh, --fast]"
      findings.add(
        value.place, "`run` must be a list of words, and this is \(value.kindName)",
        hint: "Write it as \(word); no shell takes it apart.")
      return nil
    }
    guard !elements.isEmpty else {
      findings.add(value.place, "`run` names no command", hint: "Write it as [./reserve.sh, --fast].")
      return nil
    }
    for element in elements where element.scalar == nil || element.isNull {
      findings.add(element.place, "a word of `run` must be text, and this is \(element.kindName)")
    }
    // `template` reads null for numbers that it refuses, and has said so.
    return values.template(value).map { .handler(name: "exec", configuration: $0) }
  }

  private func external(_ value: SourceNode) -> ExternalWork? {
    if value.scalar != nil {
      return values.literalText(value, "the topic of `external`").map { ExternalWork(topic: $0) }
    }
    guard let fields = Fields(value, of: "`external`", findings, example: "`{topic: …, lease: 30s}`") else {
      return nil
    }
    fields.refuseKeys(besides: DefinitionKeys.external, findings)
    for field in fields.entries { node.process.note(node.id, field.key, field.keyPlace) }
    guard let topic = fields["topic"] else {
      findings.add(fields.place, "`external` has no `topic`", hint: "Workers fetch tasks by topic.")
      return nil
    }
    guard let name = values.literalText(topic, "`topic`") else { return nil }
    var work = ExternalWork(topic: name)
    if let lease = fields["lease"].flatMap({ values.duration($0, "`lease`") }) { work.lease = lease }
    return work
  }

  private func call(_ value: SourceNode) -> CallWork? {
    if value.scalar != nil { return process(value, "the process of `call`").map { CallWork(process: $0) } }
    guard let fields = Fields(value, of: "`call`", findings, example: "`{process: …, key: =…}`") else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.call, findings)
    for field in fields.entries { node.process.note(node.id, field.key, field.keyPlace) }
    guard let named = fields["process"] else {
      findings.add(fields.place, "`call` has no `process`", hint: "It names the key of the process to start.")
      return nil
    }
    guard let process = process(named, "`process`") else { return nil }
    return CallWork(
      process: process, version: fields["version"].flatMap { values.wholeNumber($0, "`version`") },
      businessKey: fields["key"].flatMap { values.template($0) })
  }

  private func process(_ value: SourceNode, _ what: String) -> ValueTemplate? {
    guard let text = values.text(value, what) else { return nil }
    node.process.note(node.id, text, value.place)
    return values.template(value)
  }

  private func user(_ value: SourceNode) -> UserWork? {
    if value.isNull { return UserWork() }
    if value.scalar != nil {
      guard values.text(value, "the assignee of `user`") != nil else { return nil }
      return values.template(value).map { UserWork(assignee: $0) }
    }
    let example = "`{assignee: …, due: 2h}`, or {} for anyone"
    guard let fields = Fields(value, of: "`user`", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.user, findings)
    for field in fields.entries { node.process.note(node.id, field.key, field.keyPlace) }
    var work = UserWork()
    if let assignee = fields["assignee"], values.text(assignee, "`assignee`") != nil {
      work.assignee = values.template(assignee)
    }
    if let candidates = fields["candidates"] {
      if case .list = candidates.content {
        work.candidates = values.template(candidates)
      } else if candidates.scalar?.expressionSource != nil {
        work.candidates = values.template(candidates)
      } else {
        findings.add(
          candidates.place, "`candidates` must be a list of names or an expression, and this is \(candidates.kindName)")
      }
    }
    work.due = fields["due"].flatMap { values.duration($0, "`due`") }
    work.form = fields["form"].map { values.literal($0) }
    return work
  }

  /// How it is tried again: `retry`, and the short form `attempts` of external work.
  func retry(_ word: NodeWord, _ fields: Fields) -> RetryPolicy {
    var policy = RetryPolicy.never
    var short: SourceNode?
    if word == .external, let value = fields["external"], case .mapping(let entries) = value.content {
      short = entries.first { $0.key == "attempts" }?.value
    }
    if let short, let attempts = values.wholeNumber(short, "`attempts`") { policy.attempts = attempts }
    guard let node = fields["retry"] else { return policy }
    if let short {
      findings.add(short.place, "both `external` and `retry` say how often it is tried", hint: "Keep `retry`.")
    }
    if node.scalar != nil {
      return RetryPolicy(attempts: values.wholeNumber(node, "`retry`") ?? 1)
    }
    return retry(node)
  }

  private func retry(_ node: SourceNode) -> RetryPolicy {
    var policy = RetryPolicy.never
    guard let fields = Fields(node, of: "`retry`", findings, example: "`{attempts: 3, backoff: 1s}` or `retry: 3`")
    else {
      return policy
    }
    fields.refuseKeys(besides: DefinitionKeys.retry, findings)
    if let attempts = fields["attempts"] {
      policy.attempts = values.wholeNumber(attempts, "`attempts`") ?? 1
    } else {
      findings.add(fields.place, "`retry` has no `attempts`", hint: "They count the first try too.")
    }
    if let backoff = fields["backoff"].flatMap({ values.duration($0, "`backoff`") }) { policy.backoff = backoff }
    if let maximum = fields["max"].flatMap({ values.duration($0, "`max`") }) { policy.maximum = maximum }
    if let factor = fields["factor"].flatMap({ values.number($0, "`factor`") }) { policy.factor = factor }
    if let jitter = fields["jitter"].flatMap({ values.number($0, "`jitter`") }) { policy.jitter = jitter }
    policy.errors = fields["errors"].map(errorCodes)
    if let rule = fields["policy"] {
      policy.rule = values.literalText(rule, "`policy`")
      policy.rule.map { self.node.process.note(self.node.id, $0, rule.place) }
    }
    return policy
  }

  private func errorCodes(_ node: SourceNode) -> [String] {
    guard case .list(let elements) = node.content else {
      return [values.literalText(node, "an error code")].compactMap { $0 }
    }
    return elements.compactMap { values.literalText($0, "an error code") }
  }

  /// Names with values or expressions, in document order.
  func mappings(_ node: SourceNode?, _ what: String) -> [Mapping] {
    guard let node else { return [] }
    guard let fields = Fields(node, of: what, findings, example: "`{name: =expression}`") else { return [] }
    return fields.entries.compactMap { entry in
      if entry.key.first == "=" || entry.value.isNull && !entry.key.isDefinitionName {
        findings.add(
          entry.keyPlace, "\(what) has the name \(entry.key.ticked), which looks like a piece of an expression",
          hint: "Quote the expression: '=…'.")
        return nil
      }
      self.node.process.note(self.node.id, entry.key, entry.keyPlace)
      return values.template(entry.value).map { Mapping(target: entry.key, template: $0) }
    }
  }

  /// How it is undone.
  func compensation(_ value: SourceNode) -> Compensation? {
    guard let fields = Fields(value, of: "`compensate`", findings, example: "`{run: [./release.sh]}`"),
      let word = word(of: fields)
    else {
      return nil
    }
    fields.refuseKeys(besides: DefinitionKeys.compensation(word), findings)
    if fields["afterFailure"] != nil {
      node.process.note(node.id, "afterFailure", fields.keyPlace("afterFailure"))
    }
    guard let work = work(word, fields) else { return nil }
    return Compensation(
      work: work, inputs: mappings(fields["input"], "`input`"), outputs: mappings(fields["output"], "`output`"),
      retry: retry(word, fields), timeout: fields["timeout"].flatMap { values.duration($0, "`timeout`") },
      includesFailure: fields["afterFailure"].flatMap { values.boolean($0, "`afterFailure`") } ?? false)
  }

  /// What finds out whether it happened.
  func probe(_ value: SourceNode) -> Work? {
    guard let fields = Fields(value, of: "`probe`", findings, example: "`{run: [./did-it-happen.sh]}`"),
      let word = word(of: fields)
    else {
      return nil
    }
    fields.refuseKeys(besides: DefinitionKeys.probe(word), findings)
    return work(word, fields)
  }

  /// The one key that says who does a piece of work that is no node.
  private func word(of fields: Fields) -> NodeWord? {
    let words = DefinitionKeys.undoing.map(\.rawValue)
    let list = words.map { "`\($0)`" }.joined(separator: ", ")
    let found = fields.entries.compactMap { NodeWord(rawValue: $0.key) }
    guard let word = found.first, found.count == 1, DefinitionKeys.undoing.contains(word) else {
      if let misspelt = fields.entries.first(where: { suggestion(for: $0.key, among: words) != nil }), found.isEmpty {
        findings.add(
          misspelt.keyPlace, "\(fields.subject) has no key \(misspelt.key.ticked)",
          hint: suggestion(for: misspelt.key, among: words))
      } else {
        findings.add(fields.place, "\(fields.subject) must have exactly one of \(list)")
      }
      return nil
    }
    return word
  }
}
