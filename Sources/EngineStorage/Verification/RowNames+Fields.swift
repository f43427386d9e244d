import EngineCore

/// A row as findings speak of it: what it is called, and every field of it in words.
struct RowDescription {
  /// E.g. `token 3 at reserve`.
  let name: String
  /// What is left out here is never said to differ.
  let fields: [(name: String, value: String)]
}

extension RowNames {
  func describe(_ token: Token) -> RowDescription {
    RowDescription(
      name: self.token(token),
      fields: [
        ("node", node(token.node)), ("subprocess", text(token.scope)), ("mode", token.mode.name),
        ("flow", token.flow.map(flow) ?? "none"), ("state", token.state.name),
        ("reason to wait", token.wait.map(text) ?? "none"), ("attempt", "\(token.attempt)"),
        ("count of failures", "\(token.failures)"), ("count of crashes", "\(token.crashes)"),
        ("epoch", "\(token.epoch)"), ("doubt about its outcome", "\(token.isOutcomeUnknown)"),
        ("time since when it is so", token.since.iso8601),
        ("step that it undoes", token.compensates.map { "record \($0.record) of run \($0.run)" } ?? "none"),
        ("asking after its outcome", "\(token.isProbing)"), ("list of records before it", text(token.after)),
      ])
  }

  func describe(_ scope: ScopeInstance) -> RowDescription {
    RowDescription(
      name: self.scope(scope),
      fields: [
        ("node", node(scope.node)), ("subprocess around", text(scope.parent)), ("token", "\(scope.token)"),
        ("kind", scope.kind.name),
      ])
  }

  func describe(_ timer: Timer, named name: String) -> RowDescription {
    RowDescription(
      name: name,
      fields: [
        ("token", "\(timer.token)"), ("kind", timer.kind.name),
        ("event", timer.kind.event.map(node) ?? "none"),
        ("compensation run", timer.kind.event == nil ? "\(timer.kind.argument)" : "none"),
        ("due time", timer.due.iso8601), ("beginning of its cycle", timer.cycle?.anchor.iso8601 ?? "none"),
        ("planned time", timer.cycle?.planned.iso8601 ?? "none"),
        ("count of times left", timer.cycle?.left.map { "\($0)" } ?? "none"),
      ])
  }

  func describe(_ subscription: Subscription) -> RowDescription {
    RowDescription(
      name: self.subscription(subscription),
      fields: [
        ("token", "\(subscription.token)"), ("subprocess", text(subscription.scope)),
        ("node", node(subscription.node)), ("kind", subscription.kind.name), ("name", subscription.name),
        ("correlation key", subscription.correlationKey ?? "none"),
        ("time of opening", subscription.openedAt.iso8601), ("truth of its condition", "\(subscription.holds)"),
      ])
  }

  func describe(_ task: UserTask, of token: String) -> RowDescription {
    RowDescription(
      name: "user task of \(token)",
      fields: [
        ("assignee", task.assignee ?? "none"),
        ("list of candidates", task.candidates.isEmpty ? "empty" : task.candidates.joined(separator: ", ")),
        ("due time", task.due?.iso8601 ?? "none"), ("time of creation", task.createdAt.iso8601),
      ])
  }

  func describe(_ task: ExternalTask, of token: String) -> RowDescription {
    RowDescription(
      name: "external task of \(token)",
      fields: [
        ("topic", task.topic), ("worker", task.worker ?? "none"),
        ("time of release", task.availableAt == .distantFuture ? "never" : task.availableAt.iso8601),
        ("time of creation", task.createdAt.iso8601), ("reference", task.reference ?? "none"),
      ])
  }

  func describe(_ record: CompensationRecord) -> RowDescription {
    RowDescription(
      name: self.record(record),
      fields: [
        ("node", node(record.node)), ("token", "\(record.token)"), ("list of scopes", text(record.visibleScopes)),
        ("list of records before it", text(record.after)), ("shelf", record.shelf.map { "\($0)" } ?? "none"),
        ("owner", text(record.owner)), ("sequence since when it has this owner", "\(record.ownedSince)"),
        ("called instance", record.child.map { "\($0)" } ?? "none"),
        ("state", record.state.name),
      ])
  }

  func describe(_ run: CompensationRun) -> RowDescription {
    RowDescription(
      name: "compensation run \(run.id)",
      fields: [
        ("target", text(run.target)), ("code", run.code), ("message", run.message), ("end", run.then.name),
        ("extent", run.extent.json.jsonText), ("phase", run.phase.name),
        ("context", Value.context(run.context).jsonText),
      ])
  }

  func describe(_ incident: Incident, of token: String) -> RowDescription {
    RowDescription(
      name: "incident \(incident.id) of \(token)",
      fields: [
        ("token", "\(incident.token)"), ("kind", incident.kind.name), ("code", incident.code),
        ("message", incident.message), ("time", incident.raisedAt.iso8601),
      ])
  }

  /// What came in while the instance was suspended, in words.
  func text(_ outcome: DeferredOutcome) -> String {
    switch outcome {
    case .work(let token, let outcome): "\(outcome.json.jsonText) for token \(token)"
    case .event(let subscription, let delivery): "\(delivery.json.jsonText) for subscription \(subscription)"
    case .escalation(let token, let code): "the escalation \(code) for token \(token)"
    }
  }

  private func text(_ scope: ScopeID) -> String { scope == .root ? "none" : "\(scope)" }

  private func text(_ reason: WaitReason) -> String {
    reason.argument == 0 ? reason.name : "\(reason.name) \(reason.argument)"
  }

  private func text(_ identifiers: [some Identifier]) -> String {
    identifiers.isEmpty ? "empty" : identifiers.map(\.description).joined(separator: ", ")
  }
}
