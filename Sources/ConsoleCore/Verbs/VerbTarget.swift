import EngineCore

/// What a verb acts on: one instance at one version, and the part of it that was under the cursor.
package struct VerbTarget: Sendable, Hashable {
  /// The instance as it was shown.
  package let summary: InstanceSummary
  /// The token that was chosen.
  package var token: TokenID?
  /// The timer that was chosen.
  package var timer: TimerID?
  /// The node of what was chosen.
  package var node: String?
  /// The fencing number of the chosen external task while a worker holds it; one that nobody holds has none.
  package var fence: Int?

  package init(
    _ summary: InstanceSummary, token: TokenID? = nil, timer: TimerID? = nil, node: String? = nil, fence: Int? = nil
  ) {
    self.summary = summary
    self.token = token
    self.timer = timer
    self.node = node
    self.fence = fence
  }

  package var instance: InstanceID { summary.id }
  package var version: Int64 { summary.version }

  /// `17 order-4711`, with the node where one was chosen.
  package var title: SafeText {
    var title = SafeText(summary.id.rawValue)
    if let key = summary.businessKey { title += " " + SafeText(untrusted: key) }
    if let node { title += " at " + SafeText(untrusted: node) }
    return title
  }
}

extension VerbTarget {
  /// What a row of a list stands for; nil where it stands for no instance.
  package init?(_ row: ListRow) {
    switch row {
    case .instance(let summary): self.init(summary)
    case .incident(let row): self.init(row.instance, token: row.incident.token, node: row.node)
    case .timer(let row):
      self.init(row.instance, token: row.timer.token, timer: row.timer.id, node: row.node)
    case .compensation(let row): self.init(row.instance)
    case .task(let row):
      let isHeld = if case .external(let task) = row.task { task.worker != nil } else { false }
      self.init(row.instance, token: row.token, node: row.node, fence: isHeld ? row.attempt : nil)
    case .definition, .audit: return nil
    }
  }

  /// What the line under the cursor of an opened instance stands for.
  package init(_ detail: InstanceDetail, subject: PaneSubject?) {
    self.init(detail.summary)
    let instance = detail.instance
    switch subject {
    case .token(let id): choose(instance.token(id), in: detail)
    case .timer(let id): choose(instance.timer(id), in: detail)
    case .record(let id): choose(instance.tokens.first { $0.compensates?.record == id }, in: detail)
    case .node(let node):
      let here = instance.tokens.filter { $0.node == node }
      choose(here.first { $0.state == .failed } ?? here.first, in: detail)
    case .event, .variable, .command, nil: break
    }
    // A single timer needs no choosing.
    if timer == nil, token == nil, instance.timers.count == 1 { choose(instance.timers.first, in: detail) }
  }

  private mutating func choose(_ chosen: Token?, in detail: InstanceDetail) {
    guard let chosen else { return }
    token = chosen.id
    node = detail.deployed.definition.name(of: chosen.node)
    let timers = detail.instance.timers.filter { $0.token == chosen.id }
    if timers.count == 1 { timer = timers.first?.id }
    let isHeld = detail.instance.externalTasks.contains { $0.token == chosen.id && $0.worker != nil }
    if isHeld { fence = chosen.attempt }
  }

  private mutating func choose(_ chosen: Timer?, in detail: InstanceDetail) {
    guard let chosen else { return }
    choose(detail.instance.token(chosen.token), in: detail)
    timer = chosen.id
  }
}
