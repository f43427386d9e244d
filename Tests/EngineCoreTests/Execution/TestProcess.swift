import EngineCore
import Testing

/// A process written down in a few words, for tests of the core alone.
struct TestProcess {
  private var nodes: [NodeDefinition] = []
  /// How many nodes there are.
  var count: Int { nodes.count }
  private var links: [(from: String, to: String, condition: String?)] = []
  var saga: SagaPolicy = .none
  /// The first node; the first one written down unless given.
  var first: String?

  /// A service task; its handler has its name. Compensations have the name `undo-NAME`.
  mutating func service(
    _ id: String, undo: Bool = false, retry: RetryPolicy = .never, output: [String: String] = [:],
    in parent: String? = nil
  ) throws {
    let mappings = try output.sorted { $0.key < $1.key }.map {
      Mapping(target: $0.key, template: .expression(try Expression($0.value)))
    }
    let compensation = undo ? Compensation(work: .handler(name: "undo-" + id, configuration: .literal(.null))) : nil
    add(
      id,
      .activity(
        Activity(
          work: .handler(name: id, configuration: .literal(.null)), outputs: mappings, retry: retry,
          compensation: compensation)), in: parent)
  }

  mutating func add(_ id: String, _ kind: NodeKind, in parent: String? = nil) {
    nodes.append(NodeDefinition(id: id, kind: kind, parent: parent.map(index)))
  }

  /// Has a node executed more than once.
  mutating func loop(_ id: String, _ loop: LoopDefinition) {
    nodes[index(id).rawValue].loop = loop
  }

  mutating func link(_ ids: String..., when condition: String? = nil) {
    for (from, to) in zip(ids, ids.dropFirst()) { links.append((from, to, condition)) }
  }

  func index(_ id: String) -> NodeIndex {
    NodeIndex(rawValue: nodes.firstIndex { $0.id == id } ?? -1)
  }

  func definition() throws -> ProcessDefinition {
    let flows = try links.map {
      SequenceFlow(from: index($0.from), to: index($0.to), condition: try $0.condition.map { try Expression($0) })
    }
    return ProcessDefinition(
      key: "test", saga: saga, nodes: nodes, flows: flows, start: first.map(index) ?? NodeIndex(rawValue: 0))
  }
}

/// One instance driven by hand. After every step it checks that folding the events gives the stepped instance.
struct TestRun {
  let definition: ProcessDefinition
  private(set) var instance: ProcessInstance
  private(set) var history: [HistoryEntry] = []
  private(set) var effects: [Effect] = []
  var now = Timestamp(microseconds: 1_000_000)
  var freeSlots = 100
  var epoch: Int64 = 1
  var zones: (any ZoneSource)?
  private let checksFolding: Bool

  /// - Parameter checksFolding: whether all of history is folded after every step; too much for long runs.
  init(
    _ process: TestProcess, variables: Context = Context(), checksFolding: Bool = true,
    zones: (any ZoneSource)? = nil
  ) throws {
    self.checksFolding = checksFolding
    definition = try process.definition()
    self.zones = zones
    instance = ProcessInstance(id: InstanceID(1), definition: DefinitionID(1), createdAt: now)
    try perform(.start(businessKey: nil, variables: variables))
  }

  mutating func perform(_ command: InstanceCommand) throws {
    let context = StepContext(
      definition: definition, now: now, epoch: epoch, freeSlots: freeSlots, zones: zones)
    let transition = try step(instance, command, in: context)
    if checksFolding { try checkFolding(transition) }
    instance = transition.instance
    history += transition.entries
    effects = transition.effects
  }

  private func checkFolding(_ transition: Transition) throws {
    var folded = ProcessInstance(id: instance.id, definition: instance.definition, createdAt: instance.createdAt)
    for entry in history + transition.entries { try apply(entry, to: &folded) }
    #expect(folded.tokens == transition.instance.tokens)
    #expect(folded.scopes == transition.instance.scopes)
    #expect(folded.records == transition.instance.records)
    #expect(folded.timers == transition.instance.timers)
    #expect(folded.subscriptions == transition.instance.subscriptions)
    #expect(folded.variables == transition.instance.variables)
    #expect(folded.incidents == transition.instance.incidents)
    #expect(folded.runs == transition.instance.runs)
    #expect(folded.scopes == transition.instance.scopes)
    #expect(folded.state == transition.instance.state)
    if transition.instance.state.isEnd {
      #expect(transition.instance.timers.isEmpty && transition.instance.runs.isEmpty)
      #expect(transition.instance.scopes.isEmpty && transition.instance.incidents.isEmpty)
    }
  }

  /// The live token at a node.
  func token(_ node: String) throws -> Token {
    try #require(
      instance.tokens.first { definition[$0.node].id == node }, "no token at \(node); tokens at \(places)")
  }

  /// Where the live tokens stand, with their states, in order.
  var places: [String] { instance.tokens.map { "\(definition[$0.node].id):\($0.state.name)" } }

  mutating func finish(_ node: String, _ outcome: WorkOutcome = .completed(result: .null)) throws {
    let token = try token(node)
    try perform(.finishWork(token.id, attempt: token.attempt, outcome: outcome))
  }

  /// Finishes the oldest iteration at a node.
  mutating func finishIteration(_ node: String, _ outcome: WorkOutcome = .completed(result: .null)) throws {
    let token = try #require(
      instance.tokens.first { definition[$0.node].id == node && instance.scope($0.scope)?.kind == .iteration },
      "no iteration of \(node); tokens at \(places)")
    try perform(.finishWork(token.id, attempt: token.attempt, outcome: outcome))
  }

  mutating func fail(_ node: String, code: String = "ERROR", retryable: Bool = true) throws {
    try finish(node, .failed(Failure(code: code, message: "\(node) broke", isRetryable: retryable)))
  }

  mutating func fireNextTimer() throws {
    let timer = try #require(instance.timers.min { ($0.due, $0.id) < ($1.due, $1.id) })
    now = max(now, timer.due)
    try perform(.fireTimer(timer.id))
  }

  /// The nodes whose work was done, undone or skipped, in order.
  var done: [String] {
    history.compactMap { entry in
      switch entry.event {
      case .tokenCompleted(_, let node, let mode):
        (mode == .compensation ? "undo-" : "") + definition[node].id
      case .tokenSkipped(_, let node, let mode):
        "skip-" + (mode == .compensation ? "undo-" : "") + definition[node].id
      default: nil
      }
    }
  }
}
