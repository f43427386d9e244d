extension DraftAssembler {
  mutating func addEvent(_ event: EventDraft, of draft: NodeDraft, host: NodeIndex, parent: NodeIndex?) {
    var id = event.id ?? event.derivedID(host: draft.id)
    if event.id == nil, nodes.contains(where: { $0.id == id }) {
      let stem = id
      var number = 2
      while nodes.contains(where: { $0.id == "\(stem)-\(number)" }) { number += 1 }
      id = "\(stem)-\(number)"
    }
    let boundary = BoundaryEvent(host: host, trigger: event.trigger, isInterrupting: event.isInterrupting)
    let node = append(NodeDefinition(id: id, name: event.name, kind: .boundary(boundary), parent: parent))
    if indexes[id] == nil { indexes[id] = node }
  }

  /// The events of a node were laid out right behind it.
  mutating func connectEvents(of draft: NodeDraft, host: NodeIndex, _ parent: NodeIndex?) {
    for (position, event) in draft.events.enumerated() {
      let node = NodeIndex(rawValue: host.rawValue + 1 + position)
      guard let target = resolve(event.target, from: draft.id, node, parent) else { continue }
      flows.append(SequenceFlow(from: node, to: target))
    }
  }

  mutating func kind(of draft: NodeDraft, _ node: NodeIndex, defaultFlow: Int?) -> NodeKind {
    switch draft.kind {
    case .activity(let activity): return .activity(activity)
    case .choice: return .exclusiveGateway(defaultFlow: defaultFlow.map(FlowIndex.init(rawValue:)))
    case .fork where draft.branches.contains(where: { $0.role.isConditional }):
      return .inclusiveGateway(defaultFlow: defaultFlow.map(FlowIndex.init(rawValue:)))
    case .join(.taken): return .inclusiveGateway(defaultFlow: nil)
    case .fork, .join(.all): return .parallelGateway
    case .wait(let timer): return .catchEvent(.timer(timer))
    case .end(let kind): return .end(kind)
    case .compensationThrow(let name): return .throwEvent(.compensation(activity: undone(name, from: draft, node)))
    case .compensationEnd(let name): return .end(.throwing(.compensation(activity: undone(name, from: draft, node))))
    case .catches(let trigger): return .catchEvent(trigger)
    case .throws(let thrown): return .throwEvent(thrown)
    case .landing(let name): return .catchEvent(.link(name: name))
    case .first: return .eventGateway
    case .jump(let name): return .throwEvent(.link(target: landing(of: name, from: draft, node)))
    case .handler(_, let event, let saga):
      return .subprocess(Subprocess(start: NodeIndex(rawValue: -1), saga: saga, event: event))
    case .custom(let custom): return .custom(custom)
    case .subprocess(let scope, let inputs, let saga, let compensation):
      return .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: -1), inputs: inputs, saga: saga, compensation: compensation,
          isTransaction: scope.isTransaction))
    }
  }

  /// The activity that a compensation event undoes; nil for everything, and when there is none of that name.
  private mutating func undone(_ name: String?, from draft: NodeDraft, _ node: NodeIndex) -> NodeIndex? {
    guard let name else { return nil }
    if let index = indexes[name] { return index }
    gaps.insert(node)
    issues.append(
      DefinitionIssue(
        .unknownTarget, node: draft.id, detail: name,
        "\(draft.id.inBackticks) undoes \(name.inBackticks), which does not exist",
        hint: suggestion(for: name, nodes[node.rawValue].parent)))
    return nil
  }

  /// Where a link lands; the thrower itself, and an issue, when there is no such link in its scope.
  private mutating func landing(of name: String, from draft: NodeDraft, _ node: NodeIndex) -> NodeIndex {
    let parent = nodes[node.rawValue].parent
    if let landing = links[Link(name: name, parent: parent)] { return landing }
    gaps.insert(node)
    let known = links.keys.filter { $0.parent == parent }.map(\.name).sorted()
    issues.append(
      DefinitionIssue(
        .unknownTarget, node: draft.id, detail: name,
        "\(draft.id.inBackticks) jumps to the link \(name.inBackticks), which its scope does not have",
        hint: Spelling.nearest(to: name, in: known).map { "Did you mean \($0.inBackticks)?" }
          ?? "Write a node with `link: \(name)` where it lands."))
    return node
  }

  /// The node that a name means in a scope; nil, and an issue, when it means none.
  mutating func resolve(
    _ target: String, from source: String, _ node: NodeIndex, _ parent: NodeIndex?
  ) -> NodeIndex? {
    if target == ProcessDraft.end { return ends[parent] }
    guard let index = indexes[target] else {
      gaps.insert(node)
      issues.append(
        DefinitionIssue(
          .unknownTarget, node: source, detail: target,
          "\(source.inBackticks) leads to \(target.inBackticks), which does not exist",
          hint: suggestion(for: target, parent)))
      return nil
    }
    guard nodes[index.rawValue].parent == parent else {
      gaps.insert(node)
      let isOutside = isAncestorScope(nodes[index.rawValue].parent, of: parent)
      let border = (isOutside ? parent : nodes[index.rawValue].parent).map { nodes[$0.rawValue].id } ?? ""
      issues.append(
        DefinitionIssue(
          .crossesBorder, node: source, detail: target,
          "\(source.inBackticks) leads to \(target.inBackticks), which lies "
            + "\(isOutside ? "outside" : "inside") of the subprocess \(border.inBackticks)",
          hint: isOutside
            ? "Say `next: end`, and go on from \(border.inBackticks)."
            : "Lead to \(border.inBackticks) instead: a subprocess is entered at its start."))
      return nil
    }
    return index
  }

  private func isAncestorScope(_ outer: NodeIndex?, of inner: NodeIndex?) -> Bool {
    var scope = inner
    while let current = scope {
      scope = nodes[current.rawValue].parent
      if scope == outer { return true }
    }
    return false
  }

  func suggestion(for target: String, _ parent: NodeIndex?) -> String? {
    let candidates = nodes.filter { $0.parent == parent && !$0.isBoundary && !$0.id.contains(".") }.map(\.id)
    return Spelling.nearest(to: target, in: candidates).map { "Did you mean \($0.inBackticks)?" }
  }

  mutating func checkName(_ draft: NodeDraft, _ parent: NodeIndex?) {
    if draft.id == ProcessDraft.end {
      issues.append(
        DefinitionIssue(
          .badIdentifier, node: draft.id, "a node cannot have the name `end`",
          hint: "`next: end` leads to a plain end by itself; choose another name."))
    } else if draft.id.contains(".") {
      issues.append(
        DefinitionIssue(
          .badIdentifier, node: draft.id, "\(draft.id.inBackticks) cannot be the name of a node",
          hint: String.nameHint))
    }
  }

  mutating func checkBranches(of draft: NodeDraft, _ node: NodeIndex) {
    switch draft.kind {
    case .fork:
      checkDefaults(of: draft, "fork")
      guard draft.branches.count < 2 else { return }
      gaps.insert(node)
      issues.append(
        DefinitionIssue(
          .singleBranch, node: draft.id, detail: "fork",
          "the fork \(draft.id.inBackticks) has \(draft.branches.isEmpty ? "no branches" : "a single branch")",
          hint: "It needs two or more; `next` leads to one."))
    case .choice: checkDefaults(of: draft, "choose")
    case .activity, .join, .wait, .end, .subprocess, .catches, .throws, .jump, .landing, .first, .handler,
      .compensationThrow, .compensationEnd, .custom:
      break
    }
  }

  private mutating func checkDefaults(of draft: NodeDraft, _ key: String) {
    let defaults = draft.branches.count { if case .otherwise = $0.role { true } else { false } }
    guard defaults > 1 else { return }
    let title = key == "fork" ? "the fork" : "the choice"
    issues.append(
      DefinitionIssue(
        .noDefault, node: draft.id, detail: key, "\(title) \(draft.id.inBackticks) has \(defaults) defaults"))
  }
}

extension BranchDraft.Role {
  /// Whether it is taken only in some cases.
  fileprivate var isConditional: Bool {
    switch self {
    case .always: false
    case .when, .otherwise: true
    }
  }
}
