extension DefinitionValidator {
  /// Checks what an event undoes: it must be able to undo something, and lie where the event may reach.
  mutating func checkCompensationEvent(_ node: NodeIndex, of activity: NodeIndex?) {
    let scope = compensatedScope(of: node)
    guard let activity else {
      let isPossible = definition.nodes.contains { $0.parent == scope && canBeUndone($0) }
      if !isPossible {
        report(
          .pointlessCompensation, node, "\(name(node)) undoes what its scope did, and nothing there can be undone",
          hint: "Give a step a `compensate`.")
      }
      return
    }
    guard definition[activity].parent == scope else {
      report(
        .crossesBorder, node, detail: definition[activity].id,
        "\(name(node)) undoes \(name(activity)), which lies in another scope",
        hint: "An event undoes steps of its own scope; name the subprocess around them instead.")
      return
    }
    if !canBeUndone(definition[activity]) {
      report(
        .pointlessCompensation, node, detail: definition[activity].id,
        "\(name(node)) undoes \(name(activity)), which nothing can undo", hint: "Give it a `compensate`.")
    }
  }

  /// Checks that a compensation event subprocess lies in a subprocess that is not undone in another way, and is the
  /// only one there.
  mutating func checkCompensationHandler(_ node: NodeIndex) {
    guard let parent = definition[node].parent else {
      report(
        .badEvent, node, "\(name(node)) undoes the subprocess around it, and lies in none",
        hint: "Undo the steps of a process one by one, or with throw events.")
      return
    }
    if definition[parent].compensation != nil {
      report(
        .pointlessCompensation, node, "\(name(parent)) has its own compensation, so that \(name(node)) never runs",
        hint: "Keep one of them.")
    }
    let first = definition.nodes.firstIndex {
      $0.parent == parent && $0.subprocess?.event?.trigger == .compensation
    }
    if let first, first < node.rawValue {
      report(.badEvent, node, "\(title(of: parent)) handles its compensation twice")
    }
  }

  /// The scope whose steps an event undoes: its own, or in an event subprocess the one around that.
  private func compensatedScope(of node: NodeIndex) -> NodeIndex? {
    guard let parent = definition[node].parent, definition[parent].subprocess?.event != nil else {
      return definition[node].parent
    }
    return definition[parent].parent
  }

  /// Whether a node or something inside of it leaves a record.
  private func canBeUndone(_ node: NodeDefinition) -> Bool {
    switch node.kind {
    case .activity(let activity):
      if case .call = activity.work { return true }
      return activity.compensation != nil
    case .subprocess(let subprocess):
      if subprocess.compensation != nil { return true }
      guard let index = definition.index(of: node.id) else { return false }
      return definition.nodes.contains { $0.parent == index && canBeUndone($0) }
    case .start, .end, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent, .throwEvent,
      .boundary, .custom:
      return false
    }
  }

  /// Checks that a transaction lies around a cancel end, and says where cancelling it leads.
  mutating func checkCancelEnd(_ node: NodeIndex) {
    guard let transaction = transaction(around: node) else {
      report(
        .badCancel, node, "\(name(node)) cancels a transaction, and lies in none",
        hint: "Write `transaction` instead of `subprocess` around it.")
      return
    }
    if !definition[transaction].boundaryEvents.contains(where: isCancelEvent) {
      report(
        .badCancel, node, "\(name(node)) cancels the transaction \(name(transaction)), which has no cancel event",
        hint: "Add `events: [{cancel: true, next: …}]` to it.")
    }
  }

  mutating func checkCancelEvent(_ node: NodeIndex, _ boundary: BoundaryEvent) {
    if !boundary.isInterrupting {
      report(.badBoundary, node, detail: "interrupting", "\(name(node)) catches a cancel, which always interrupts")
    }
    guard definition[boundary.host].subprocess?.isTransaction == true else {
      report(
        .badCancel, node, detail: "cancel",
        "\(name(node)) waits until \(name(boundary.host)) is cancelled, which is no transaction",
        hint: "Write `transaction` instead of `subprocess`.")
      return
    }
    let isCancelled = definition.nodes.indices.map(NodeIndex.init(rawValue:)).contains { end in
      if case .end(.cancel) = definition[end].kind { transaction(around: end) == boundary.host } else { false }
    }
    if !isCancelled {
      report(
        .badCancel, node, detail: "cancel",
        "\(name(node)) waits until \(name(boundary.host)) is cancelled, "
          + "and nothing inside cancels it", hint: "Lead to a node `{end: cancel}` inside, or drop the event.")
    }
  }

  func isCancelEvent(_ event: NodeIndex) -> Bool {
    if case .boundary(let boundary) = definition[event].kind { boundary.trigger == .cancel } else { false }
  }

  private func transaction(around node: NodeIndex) -> NodeIndex? {
    var parent = definition[node].parent
    while let current = parent, definition[current].subprocess?.isTransaction != true {
      parent = definition[current].parent
    }
    return parent
  }

  /// A subprocess that failed leaves the records of its steps, which are undone one by one.
  mutating func checkCompensation(of subprocess: Subprocess, at node: NodeIndex) {
    if subprocess.compensation?.includesFailure == true {
      report(
        .pointlessCompensation, node, detail: "afterFailure",
        "\(name(node)) is a subprocess: when it fails, its steps are undone one by one",
        hint: "Say `afterFailure` at a step inside.")
    }
  }

  mutating func checkProbe(_ probe: Work, of activity: Activity, at node: NodeIndex) {
    if activity.compensation == nil {
      report(
        .pointlessCompensation, node, detail: "probe", "\(name(node)) has a probe and nothing that undoes it",
        hint: "A probe is asked before a step in doubt is undone; add `compensate`.")
    }
    switch activity.work {
    case .handler, .external: break
    case .user, .script, .call:
      report(.pointlessCompensation, node, detail: "probe", "\(name(node)) has a probe and is never in doubt")
    }
    switch probe {
    case .handler, .external, .user: break
    case .script, .call:
      report(
        .brokenGraph, node, detail: "probe", "the probe of \(name(node)) is of a kind that cannot answer")
    }
  }
}
