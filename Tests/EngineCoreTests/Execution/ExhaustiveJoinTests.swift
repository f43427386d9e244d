import EngineCore
import Testing

/// A process made of blocks, of which one can say without an engine what may be done when.
private indirect enum Block {
  case task(Int)
  case sequence(Block, Block)
  case parallel(Block, Block)
  /// An inclusive split whose first and second branch are taken or not; one of them is.
  case inclusive(Block, Block, first: Bool, second: Bool)
  case scope(Block)

  /// The tasks that can be done when some have been.
  func enabled(after done: Set<Int>) -> Set<Int> {
    switch self {
    case .task(let task): done.contains(task) ? [] : [task]
    case .sequence(let first, let second):
      first.isDone(done) ? second.enabled(after: done) : first.enabled(after: done)
    case .parallel(let first, let second): first.enabled(after: done).union(second.enabled(after: done))
    case .inclusive(let first, let second, let takesFirst, let takesSecond):
      (takesFirst ? first.enabled(after: done) : []).union(takesSecond ? second.enabled(after: done) : [])
    case .scope(let inner): inner.enabled(after: done)
    }
  }

  func isDone(_ done: Set<Int>) -> Bool { enabled(after: done).isEmpty }

  /// How many tokens the joins of the block consume, in any order.
  var joins: [Int] {
    switch self {
    case .task: []
    case .sequence(let first, let second): first.joins + second.joins
    case .parallel(let first, let second): first.joins + second.joins + [2]
    case .inclusive(let first, let second, let takesFirst, let takesSecond):
      (takesFirst ? first.joins : []) + (takesSecond ? second.joins : []) + [takesFirst && takesSecond ? 2 : 1]
    case .scope(let inner): inner.joins
    }
  }

  /// Every block of a number of tasks, numbered from `first`.
  static func all(tasks count: Int, from first: Int = 0) -> [Block] {
    guard count > 1 else { return [.task(first), .scope(.task(first))] }
    var blocks: [Block] = []
    for size in 1..<count {
      for left in all(tasks: size, from: first) {
        for right in all(tasks: count - size, from: first + size) {
          blocks += [.sequence(left, right), .parallel(left, right)]
          for (takesFirst, takesSecond) in [(true, true), (true, false), (false, true)] {
            blocks.append(.inclusive(left, right, first: takesFirst, second: takesSecond))
          }
        }
      }
    }
    return blocks + blocks.map { .scope($0) }
  }
}

/// Lays a block out as nodes and flows.
private struct Layout {
  var nodes: [NodeDefinition] = []
  var flows: [SequenceFlow] = []

  static func definition(of block: Block) throws -> ProcessDefinition {
    var layout = Layout()
    let (start, exit) = try layout.add(block, parent: nil)
    let end = layout.add("end", .end(.plain), nil)
    layout.flows.append(SequenceFlow(from: exit, to: end))
    return ProcessDefinition(key: "blocks", nodes: layout.nodes, flows: layout.flows, start: start)
  }

  private mutating func add(_ id: String, _ kind: NodeKind, _ parent: NodeIndex?) -> NodeIndex {
    nodes.append(NodeDefinition(id: "\(id)-\(nodes.count)", kind: kind, parent: parent))
    return NodeIndex(rawValue: nodes.count - 1)
  }

  private mutating func add(_ block: Block, parent: NodeIndex?) throws -> (entry: NodeIndex, exit: NodeIndex) {
    switch block {
    case .task(let task):
      let work = Work.handler(name: "t\(task)", configuration: .literal(.null))
      let node = add("task", .activity(Activity(work: work)), parent)
      return (node, node)
    case .sequence(let first, let second):
      let left = try add(first, parent: parent)
      let right = try add(second, parent: parent)
      flows.append(SequenceFlow(from: left.exit, to: right.entry))
      return (left.entry, right.exit)
    case .parallel(let first, let second):
      return try addBranches([(first, nil), (second, nil)], .parallelGateway, parent)
    case .inclusive(let first, let second, let takesFirst, let takesSecond):
      let conditions = try [takesFirst, takesSecond].map { try Expression($0 ? "true" : "false") }
      return try addBranches(
        [(first, conditions[0]), (second, conditions[1])], .inclusiveGateway(defaultFlow: nil), parent)
    case .scope(let inner):
      let node = add("scope", .start, parent)
      let (start, exit) = try add(inner, parent: node)
      let end = add("end", .end(.plain), node)
      flows.append(SequenceFlow(from: exit, to: end))
      nodes[node.rawValue].kind = .subprocess(Subprocess(start: start))
      return (node, node)
    }
  }

  private mutating func addBranches(
    _ branches: [(Block, Expression?)], _ kind: NodeKind, _ parent: NodeIndex?
  ) throws -> (entry: NodeIndex, exit: NodeIndex) {
    let split = add("split", kind, parent)
    let join = add("join", kind, parent)
    for (block, condition) in branches {
      let (entry, exit) = try add(block, parent: parent)
      flows.append(SequenceFlow(from: split, to: entry, condition: condition))
      flows.append(SequenceFlow(from: exit, to: join))
    }
    return (split, join)
  }
}

/// All runs of one block: whichever order its tasks end in, and whichever one of them fails on the way.
private struct AllRuns {
  let block: Block
  let definition: ProcessDefinition
  private(set) var runs = 0

  init(_ block: Block) throws {
    self.block = block
    definition = try Layout.definition(of: block)
  }

  mutating func play() throws {
    let instance = ProcessInstance(
      id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))
    let started = try step(instance, .start(businessKey: nil, variables: [:]))
    try go(on: started.instance, done: [], failed: nil, joins: consumed(in: started))
  }

  private func step(_ instance: ProcessInstance, _ command: InstanceCommand) throws -> Transition {
    let context = StepContext(
      definition: definition, now: Timestamp(microseconds: 0), epoch: 1, freeSlots: 100)
    return try EngineCore.step(instance, command, in: context)
  }

  private func consumed(in transition: Transition) -> [Int] {
    transition.entries.compactMap { entry in
      if case .joinCompleted(_, _, let consumed) = entry.event { consumed.count } else { nil }
    }
  }

  private func task(of token: Token) -> Int? {
    guard case .handler(let name, _)? = definition[token.node].activity?.work else { return nil }
    return Int(name.dropFirst())
  }

  private mutating func go(on instance: ProcessInstance, done: Set<Int>, failed: Int?, joins: [Int]) throws {
    let executing = instance.tokens.filter { $0.state == .executing }
    var expected = block.enabled(after: done)
    if let failed { expected.remove(failed) }
    #expect(Set(executing.compactMap(task)) == expected, "\(block)")
    #expect(executing.count == expected.count, "\(block)")
    guard !executing.isEmpty else {
      try checkRest(instance, done: done, failed: failed, joins: joins)
      return
    }
    for token in executing {
      guard let task = task(of: token) else { continue }
      let completed = try step(
        instance, .finishWork(token.id, attempt: token.attempt, outcome: .completed(result: .null)))
      try go(
        on: completed.instance, done: done.union([task]), failed: failed, joins: joins + consumed(in: completed))
      guard failed == nil else { continue }
      let failure = Failure(code: "E", message: "m", isRetryable: false)
      let broken = try step(instance, .finishWork(token.id, attempt: token.attempt, outcome: .failed(failure)))
      #expect(consumed(in: broken).isEmpty, "a failed branch made a join fire in \(block)")
      try go(on: broken.instance, done: done, failed: task, joins: joins)
    }
  }

  /// Nothing is at work: all is done, or the rest waits for the failed task, whose retry takes it to the end.
  private mutating func checkRest(
    _ instance: ProcessInstance, done: Set<Int>, failed: Int?, joins: [Int]
  ) throws {
    guard failed != nil else {
      runs += 1
      #expect(instance.state == .completed, "\(block)")
      #expect(instance.tokens.isEmpty && instance.scopes.isEmpty, "\(block)")
      #expect(joins.sorted() == block.joins.sorted(), "\(block)")
      return
    }
    #expect(instance.state == .running && instance.incidents.count == 1, "\(block)")
    let retried = try step(instance, .retry(nil))
    try finishAll(retried.instance, done: done, joins: joins + consumed(in: retried))
  }

  private mutating func finishAll(_ instance: ProcessInstance, done: Set<Int>, joins: [Int]) throws {
    var instance = instance
    var done = done
    var joins = joins
    while let token = instance.tokens.first(where: { $0.state == .executing }), let task = task(of: token) {
      #expect(block.enabled(after: done).contains(task), "\(block)")
      let next = try step(
        instance, .finishWork(token.id, attempt: token.attempt, outcome: .completed(result: .null)))
      done.insert(task)
      joins += consumed(in: next)
      instance = next.instance
    }
    try checkRest(instance, done: done, failed: nil, joins: joins)
  }
}

@Suite("Every small process")
struct ExhaustiveJoinTests {
  @Test(
    "rests or ends exactly where it should, in every order, and joins fire once for each set", arguments: [1, 2, 3])
  func blocks(tasks: Int) throws {
    var runs = 0
    for block in Block.all(tasks: tasks) {
      var all = try AllRuns(block)
      try all.play()
      runs += all.runs
    }
    #expect(runs > 0)
  }

  @Test("passes the validator, which takes no small process for one that hangs", arguments: [1, 2, 3])
  func valid(tasks: Int) throws {
    for block in Block.all(tasks: tasks) {
      let issues = DefinitionValidator.issues(in: try Layout.definition(of: block))
      #expect(issues.allSatisfy { $0.rule == .noDefault }, "\(issues)")
    }
  }
}
