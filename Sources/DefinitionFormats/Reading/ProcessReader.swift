import EngineCore

/// Reads a process: what stands at the top of a file.
///
/// One reader reads one file. It remembers where the names of nodes, targets, handlers and keys were written, so that
/// `locate` can give the validator's issues their lines.
final class ProcessReader {
  let findings: Findings
  let values: ValueReader
  private var places: [String: [String: Place]] = [:]
  private var nodePlaces: [String: [Place]] = [:]
  private var brokenNodes: Set<String> = []
  private var processPlace = Place(line: 1, column: 1)
  private static let processDetails = ""

  init(_ findings: Findings, languages: [String: any ConditionEvaluator]? = nil) {
    self.findings = findings
    values = ValueReader(findings: findings, languages: languages)
  }

  /// The draft, or nil when not even the outline can be read.
  func read(_ root: SourceNode) -> ProcessDraft? {
    guard let fields = Fields(root, of: "a definition", findings, example: "`process: …` and `nodes: …`") else {
      return nil
    }
    fields.refuseKeys(besides: DefinitionKeys.process, findings)
    var draft = ProcessDraft(key: "")
    if let key = fields["process"] {
      processPlace = key.place
      guard let text = values.literalText(key, "`process`") else { return nil }
      draft.key = text
    } else {
      findings.add(fields.place, "the process has no name", hint: "Begin the file with `process: NAME`.")
    }
    draft.name = fields["name"].flatMap { values.literalText($0, "`name`") }
    draft.saga = fields["saga"].flatMap(readSaga) ?? .none
    draft.policy = readPolicy(fields)
    draft.scope = readScope(fields, of: nil, depth: 0)
    draft.starts = fields["start"].map(readStarts) ?? []
    return draft.key.isEmpty ? nil : draft
  }

  /// The nodes of the process or of a subprocess.
  func readScope(_ fields: Fields, of node: String?, depth: Int) -> ScopeDraft {
    var scope = ScopeDraft()
    if let start = fields["start"] {
      note(node, "start", start.place)
      if node == nil, case .mapping = start.content {
        scope.start = Fields(start, of: "`start`", findings, example: "")?["at"].flatMap {
          values.literalText($0, "`at`")
        }
      } else {
        scope.start = values.literalText(start, "`start`")
      }
    }
    guard let nodes = fields["nodes"] else {
      findings.add(fields.place, "\(fields.subject) has no `nodes`")
      return scope
    }
    let subject = "`nodes`"
    guard let entries = Fields(nodes, of: subject, findings, example: "`NAME: {…}`, one for each node")?.entries else {
      return scope
    }
    if entries.isEmpty { findings.add(nodes.place, "\(fields.subject) has no nodes") }
    for entry in entries {
      nodePlaces[entry.key, default: []].append(entry.keyPlace)
      let before = findings.count
      scope.nodes.append(NodeReader(self, entry.key, depth: depth).read(entry))
      if findings.count > before { brokenNodes.insert(entry.key) }
    }
    return scope
  }

  /// What starts an instance besides being asked for: `start: {message: order-placed, output: {…}, at: NODE}`.
  private func readStarts(_ node: SourceNode) -> [EventTrigger] {
    guard case .mapping = node.content else { return [] }
    let example = "`{message: …}`, `{signal: …}` or `{every: …}`, or the name of the first node"
    guard let fields = Fields(node, of: "`start`", findings, example: example) else { return [] }
    fields.refuseKeys(besides: DefinitionKeys.start, findings)
    note(nil, "every", fields.keyPlace("every"))
    let date = fields["date"].flatMap(readStartDate)
    guard fields["message"] != nil || fields["signal"] != nil || fields["every"] != nil else {
      if fields["at"] == nil, fields["date"] == nil {
        findings.add(
          fields.place, "`start` says neither a message nor a signal nor a time", hint: "Write it as \(example).")
      }
      return date.map { [$0] } ?? []
    }
    let trigger = NodeReader(self, Self.processDetails, depth: 0).eventTrigger(fields, example)
    return [trigger, date].compactMap { $0 }
  }

  /// `start: {date: 2026-12-24T18:00:00Z}`
  private func readStartDate(_ node: SourceNode) -> EventTrigger? {
    guard let text = values.literalText(node, "`date`") else { return nil }
    if let date = Timestamp(iso8601: text) { return .timer(.date(date)) }
    findings.add(
      node.place, "`date`, \(text.excerpt.quoted), is no date with an offset",
      hint: "Write a date such as 2026-01-31T07:00:00+01:00.")
    return nil
  }

  func readSaga(_ node: SourceNode) -> SagaPolicy? {
    if node.scalar != nil { return readSagaScope(node, "`saga`").map { SagaPolicy(scope: $0) } }
    let example = "none, local, global or {scope: …, onFailure: …, order: …}"
    guard let fields = Fields(node, of: "`saga`", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.saga, findings)
    var policy = SagaPolicy.none
    if let scope = fields["scope"] {
      policy.scope = readSagaScope(scope, "`scope`") ?? .none
    } else {
      findings.add(fields.place, "`saga` has no `scope`", hint: "It is none, local or global.")
    }
    if let order = fields["order"], let text = values.text(order, "`order`") {
      if let known = CompensationOrder(rawValue: text) {
        policy.order = known
      } else {
        findings.add(order.place, "`order` is \(text.ticked)", hint: "It is strict or causal.")
      }
    }
    if let failure = fields["onFailure"], let text = values.text(failure, "`onFailure`") {
      if let known = CompensationFailurePolicy(rawValue: text) {
        policy.onCompensationFailure = known
      } else {
        findings.add(failure.place, "`onFailure` is \(text.ticked)", hint: "It is halt or continue.")
      }
    }
    return policy
  }

  private func readSagaScope(_ node: SourceNode, _ what: String) -> SagaScope? {
    guard let text = values.text(node, what) else { return nil }
    if let scope = SagaScope(rawValue: text) { return scope }
    let names = SagaScope.allCases.map(\.rawValue)
    let hint = suggestion(for: text, among: names) ?? "It is none, local or global."
    findings.add(node.place, "\(what) is \(text.ticked)", hint: hint)
    return nil
  }

  /// Remembers where something about a node was written; of equal words the first place.
  func note(_ node: String?, _ detail: String, _ place: Place) {
    let id = node ?? Self.processDetails
    if places[id]?[detail] == nil { places[id, default: [:]][detail] = place }
  }

  func notePlace(ofEvent id: String, _ place: Place) { nodePlaces[id, default: []].append(place) }

  /// Gives issues their lines. What may only follow from a mistake that is already told is left out.
  func locate(_ issues: [DefinitionIssue]) {
    let isBroken = !findings.isEmpty
    var duplicates: [String: Int] = [:]
    for issue in issues {
      if isBroken, issue.rule.mayFollowFromOthers || issue.rule == .noStart && issue.detail == nil { continue }
      if let node = issue.node, brokenNodes.contains(host(of: node)), issue.rule.isAboutWaysOut { continue }
      if issue.rule == .duplicateID, let node = issue.node, let written = nodePlaces[node], written.count > 1 {
        duplicates[node, default: 0] += 1
        let place = written[min(duplicates[node] ?? 1, written.count - 1)]
        findings.add(place, "\(issue.sentence); the first is on line \(written[0].line)", hint: issue.hint)
        continue
      }
      findings.add(place(of: issue), issue.sentence, hint: issue.hint)
    }
  }

  private func place(of issue: DefinitionIssue) -> Place {
    let id = issue.node ?? Self.processDetails
    if let detail = issue.detail, let place = places[id]?[detail] ?? places[host(of: id)]?[detail] { return place }
    guard let node = issue.node else { return processPlace }
    return nodePlaces[node]?.first ?? nodePlaces[host(of: node)]?.first ?? processPlace
  }

  /// The node that a derived name belongs to: `approve` for `approve.after-1h`.
  private func host(of id: String) -> String { id.split(separator: ".").first.map(String.init) ?? id }
}

extension DefinitionIssue.Rule {
  /// Whether it is about the whole graph, which is not whole while something cannot be read.
  fileprivate var mayFollowFromOthers: Bool {
    switch self {
    case .unreachable, .noEnd, .joinNeverCompletes, .endlessLoop, .pointlessCompensation, .brokenGraph: true
    case .badIdentifier, .duplicateID, .unknownTarget, .crossesBorder, .noStart, .deadEnd, .noDefault,
      .misplacedCondition, .singleBranch, .badExpression, .badVariable, .unknownHandler, .badBoundary, .badEvent,
      .badLoop, .badCancel, .badRetry, .badDuration, .badPolicy, .tooLarge:
      false
    }
  }

  /// Whether it may follow from a node's own parts that could not be read.
  fileprivate var isAboutWaysOut: Bool {
    switch self {
    case .deadEnd, .noDefault, .misplacedCondition, .singleBranch, .noStart, .badBoundary: true
    case .badIdentifier, .duplicateID, .unknownTarget, .crossesBorder, .noEnd, .unreachable, .joinNeverCompletes,
      .endlessLoop, .badLoop, .badExpression, .badVariable, .unknownHandler, .badEvent, .pointlessCompensation,
      .badCancel, .badRetry, .badDuration, .badPolicy, .tooLarge, .brokenGraph:
      false
    }
  }
}
