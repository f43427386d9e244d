import EngineCore

/// How the engine is to treat the instances: `priority`, `keep`, `publish`.
extension ProcessReader {
  func readPolicy(_ fields: Fields) -> OperatingPolicy {
    for key in ["priority", "keep", "publish"] { note(nil, key, fields.keyPlace(key)) }
    return OperatingPolicy(
      priority: fields["priority"].flatMap { values.wholeNumber($0, "`priority`") } ?? 0,
      retention: fields["keep"].flatMap(readRetention),
      publishes: fields["publish"].map(readPublished) ?? [])
  }

  private func readRetention(_ node: SourceNode) -> RetentionPolicy? {
    if node.scalar != nil { return values.duration(node, "`keep`").map { RetentionPolicy(duration: $0) } }
    guard let fields = Fields(node, of: "`keep`", findings, example: "30d or {for: 30d, newest: 10000}") else {
      return nil
    }
    fields.refuseKeys(besides: DefinitionKeys.keep, findings)
    let before = findings.count
    var policy = RetentionPolicy()
    policy.duration = fields["for"].flatMap { values.duration($0, "`for`") }
    policy.newest = fields["newest"].flatMap { values.wholeNumber($0, "`newest`") }
    if let then = fields["then"], let text = values.text(then, "`then`") {
      policy.ending = RetentionPolicy.Ending(rawValue: text)
      if policy.ending == nil {
        findings.add(then.place, "`then` is \(text.ticked)", hint: "It is delete or export.")
      }
    }
    return findings.count == before ? policy : nil
  }

  private func readPublished(_ node: SourceNode) -> [PublishableEvent] {
    let nodes: [SourceNode]
    if case .list(let elements) = node.content { nodes = elements } else { nodes = [node] }
    return nodes.compactMap { node in
      guard let text = values.text(node, "`publish`") else { return nil }
      if let event = PublishableEvent(rawValue: text) { return event }
      let names = PublishableEvent.allCases.map(\.rawValue)
      findings.add(
        node.place, "there is no event \(text.ticked) to publish",
        hint: suggestion(for: text, among: names) ?? "There are \(names.map(\.ticked).joined(separator: ", ")).")
      return nil
    }
  }
}
