import EngineCore

extension ProcessBlock {
  /// The identifier of the node at which it begins.
  package var entry: String {
    switch self {
    case .work(let work): work.id
    case .pause(let id, _), .count(let id, _), .parallel(let id, _), .raise(let id, _), .stop(let id), .cancel(let id),
      .jump(let id):
      id
    case .call(let call): call.id
    case .await(let event): event.id
    case .race(let race): race.id
    case .send(let thrown): thrown.id
    case .sequence(let blocks): blocks[0].entry
    case .choice(let choice), .inclusive(let choice): choice.id
    case .loop(let loop): "\(loop.id)-first"
    case .scope(let scope): scope.id
    }
  }

  /// Adds its nodes, which lead to `next` at the end.
  func add(to nodes: inout [NodeDraft], next: String) {
    switch self {
    case .work(let work): work.add(to: &nodes, next: next)
    case .call(let call): call.add(to: &nodes, next: next)
    case .pause(let id, let duration):
      nodes.append(NodeDraft(id: id, kind: .wait(.delay(duration)), branches: [BranchDraft(to: next)]))
    case .count(let id, let variable):
      nodes.append(.script(id, sets: variable, to: "=\(variable) + 1", next: next))
    case .sequence(let blocks):
      for (index, block) in blocks.enumerated() {
        block.add(to: &nodes, next: index + 1 < blocks.count ? blocks[index + 1].entry : next)
      }
    case .choice(let choice): choice.add(to: &nodes, next: next)
    case .inclusive(let choice): choice.addInclusive(to: &nodes, next: next)
    case .parallel(let id, let branches):
      nodes.append(NodeDraft(id: id, kind: .fork, branches: branches.map { BranchDraft(to: $0.entry) }))
      for (index, branch) in branches.enumerated() {
        // A join counts flows: whatever way a branch takes, it arrives through one flow.
        let last = "\(id)-branch\(index + 1)"
        branch.add(to: &nodes, next: last)
        nodes.append(.nothing(last, next: "\(id)-join"))
      }
      nodes.append(NodeDraft(id: "\(id)-join", kind: .join(.all), branches: [BranchDraft(to: next)]))
    case .loop(let loop): loop.add(to: &nodes, next: next)
    case .scope(let scope): scope.add(to: &nodes, next: next)
    case .raise(let id, let code): nodes.append(NodeDraft(id: id, kind: .end(.error(code: code))))
    case .stop(let id): nodes.append(NodeDraft(id: id, kind: .end(.terminate)))
    case .cancel(let id): nodes.append(NodeDraft(id: id, kind: .end(.cancel)))
    case .await(let event):
      nodes.append(NodeDraft(id: event.id, kind: .catches(event.trigger.draft), branches: [BranchDraft(to: next)]))
    case .race(let race): race.add(to: &nodes, next: next)
    case .send(let thrown):
      nodes.append(NodeDraft(id: thrown.id, kind: .throws(thrown.draft), branches: [BranchDraft(to: next)]))
    case .jump(let id):
      nodes.append(NodeDraft(id: id, kind: .jump(to: "\(id)-link")))
      nodes.append(NodeDraft(id: "\(id)-landing", kind: .landing("\(id)-link"), branches: [BranchDraft(to: next)]))
    }
  }
}

extension WorkBlock {
  fileprivate func add(to nodes: inout [NodeDraft], next: String) {
    let work: Work =
      switch doer {
      case .handler: .handler(name: Self.handler, configuration: .literal(.null))
      case .worker: .external(ExternalWork(topic: "topic"))
      case .person: .user(UserWork())
      }
    let outputs = variable.map { [Mapping.result(to: $0)] } ?? []
    let activity = Activity(
      work: work, outputs: outputs, retry: RetryPolicy(attempts: attempts, backoff: backoff),
      compensation: undo?.compensation)
    nodes.append(
      NodeDraft(
        id: id, kind: .activity(activity), branches: [BranchDraft(to: next)], events: events.map(\.draft)))
    for event in events { event.add(to: &nodes, next: next) }
  }

  /// The handler of all work.
  package static let handler = "work"
}

extension CallBlock {
  fileprivate func add(to nodes: inout [NodeDraft], next: String) {
    let variables = inputs.map { Mapping(target: $0.name, template: .known(.string("=\($0.source)"))) }
    let zeros = counters.map { Mapping(target: $0, template: .literal(0)) }
    let kept = output.map { Mapping(target: $0.variable, template: .known(.string("=result.\($0.source)"))) }
    let activity = Activity(
      work: .call(CallWork(process: .literal(.string(process)))), inputs: variables + zeros,
      outputs: kept.map { [$0] } ?? [])
    nodes.append(
      NodeDraft(
        id: id, kind: .activity(activity), branches: [BranchDraft(to: next)], events: events.map(\.draft)))
    for event in events { event.add(to: &nodes, next: next) }
  }
}

extension UndoBlock {
  /// The handler that undoes.
  package static let handler = "undo"

  var compensation: Compensation {
    Compensation(
      work: .handler(name: Self.handler, configuration: .literal(.null)),
      outputs: variable.map { [Mapping.result(to: $0)] } ?? [],
      retry: RetryPolicy(attempts: attempts, backoff: backoff))
  }
}

extension ChoiceBlock {
  fileprivate func add(to nodes: inout [NodeDraft], next: String) {
    var drafts = branches.map { BranchDraft(to: $0.way.entry, .when(.known($0.condition.source))) }
    drafts.append(BranchDraft(to: otherwise.entry, .otherwise))
    nodes.append(NodeDraft(id: id, kind: .choice, branches: drafts))
    for branch in branches { branch.way.add(to: &nodes, next: next) }
    otherwise.add(to: &nodes, next: next)
  }
}

extension ChoiceBlock {
  fileprivate func addInclusive(to nodes: inout [NodeDraft], next: String) {
    let ways = branches.map(\.way) + [otherwise]
    var drafts = branches.map { BranchDraft(to: $0.way.entry, .when(.known($0.condition.source))) }
    drafts.append(BranchDraft(to: otherwise.entry, .otherwise))
    nodes.append(NodeDraft(id: id, kind: .fork, branches: drafts))
    for (index, way) in ways.enumerated() {
      let last = "\(id)-branch\(index + 1)"
      way.add(to: &nodes, next: last)
      nodes.append(.nothing(last, next: join))
    }
    nodes.append(NodeDraft(id: join, kind: .join(.taken), branches: [BranchDraft(to: next)]))
  }
}

extension LoopBlock {
  fileprivate func add(to nodes: inout [NodeDraft], next: String) {
    nodes.append(.script("\(id)-first", sets: counter, to: 0, next: body.entry))
    body.add(to: &nodes, next: "\(id)-count")
    nodes.append(.script("\(id)-count", sets: counter, to: .string("=\(counter) + 1"), next: id))
    let again = Expression.known("\(counter) < \(rounds) and \(condition.source)")
    nodes.append(
      NodeDraft(
        id: id, kind: .choice,
        branches: [BranchDraft(to: body.entry, .when(again)), BranchDraft(to: next, .otherwise)]))
  }
}

extension NodeDraft {
  fileprivate static func script(_ id: String, sets variable: String, to value: Value, next: String) -> NodeDraft {
    let mapping = Mapping(target: variable, template: .known(value))
    return NodeDraft(
      id: id, kind: .activity(Activity(work: .script, outputs: [mapping])), branches: [BranchDraft(to: next)])
  }

  fileprivate static func nothing(_ id: String, next: String) -> NodeDraft {
    NodeDraft(id: id, kind: .activity(Activity(work: .script)), branches: [BranchDraft(to: next)])
  }
}

extension Mapping {
  static func result(to variable: String) -> Mapping {
    Mapping(target: variable, template: .known("=result.value"))
  }
}

extension ValueTemplate {
  static func known(_ value: Value) -> ValueTemplate {
    do {
      return try ValueTemplate(value)
    } catch {
      preconditionFailure("a grown process has a bad expression: \(error)")
    }
  }
}

extension Expression {
  fileprivate static func known(_ source: String) -> Expression {
    do {
      return try Expression(source)
    } catch {
      preconditionFailure("a grown process has a bad expression: \(error)")
    }
  }
}
