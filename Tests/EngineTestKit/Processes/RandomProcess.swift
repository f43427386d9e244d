import EngineCore

/// A sound process, grown from a seed: every instance of it comes to an end once the world outside behaves.
///
///     let process = RandomProcess(seed: 7)
///     deploy(process.definition)                     // handlers: RandomProcess.handlers
///     start(process.key, variables: process.variables)
///
/// Work answers with `{"value": number}` from 0 up to `RandomProcess.values`, or with an error or a failure whose code
/// is one of `RandomProcess.codes`; conditions ask for those values. Messages and signals carry `value` too. Everything
/// else that can happen to an instance (time, operators, crashes) is allowed at any moment. `ReferenceInterpreter` says
/// what must come of it, from the tree and not from the graph.
///
/// The same seed gives the same process on every machine. What is left to the engine by the specification is not grown:
/// two things of one unit of which each could go first and that would see each other. So an error, cancel or terminate
/// end event stands right behind work, throw events stand between pieces of work, and scripts count variables that
/// nobody reads.
package struct RandomProcess: Sendable {
  /// The seed that it was grown from.
  package let seed: UInt64
  /// What it is: a tree.
  package let root: ScopeBlock
  /// The same as a graph. It passes the validator.
  package let definition: ProcessDefinition
  /// The processes that it calls, and that those call: the last one calls none.
  package let called: [CalledProcess]
  /// What its instances start with.
  package let variables: Context

  /// The key of the definition.
  package var key: String { definition.key }

  /// The names of the handlers that it uses: one that works and one that undoes.
  package static let handlers = [WorkBlock.handler, UndoBlock.handler]
  /// The topic of its external tasks.
  package static let topic = "topic"
  /// Values of work are smaller than this.
  package static let values = 10
  /// The codes of its errors and failures.
  package static let codes = ["E1", "E2", "E3"]
  /// The variables that work writes and conditions read.
  static let names = ["a", "b", "c", "d"]

  /// Grows a process.
  ///
  /// - Parameters:
  ///   - seed: the same one grows the same process.
  ///   - size: about how many pieces of work it has; nil lets the seed decide.
  ///   - hasEvents: whether it waits for and throws messages, signals and escalations; without them nobody has to send
  ///     anything for its instances to come to an end.
  package init(seed: UInt64, size: Int? = nil, hasEvents: Bool = true) {
    var called: [CalledProcess] = []
    for number in 0..<(hasEvents ? Int(seed % 3) : 0) {
      called.insert(CalledProcess(seed: seed, number: number, callees: called), at: 0)
    }
    var growth = ProcessGrowth(seed: seed, hasEvents: hasEvents, callees: called)
    self.seed = seed
    self.called = called
    root = growth.process(size: size)
    var variables = Context()
    for name in Self.names + growth.counters { variables[name] = 0 }
    self.variables = variables
    definition = root.definition(key: "random-\(seed)")
  }
}

/// A process that others call.
package struct CalledProcess: Sendable {
  /// What it is: a tree.
  package let root: ScopeBlock
  /// The same as a graph.
  package let definition: ProcessDefinition
  /// The variables that its scripts count.
  let counters: [String]

  /// The key of the definition.
  package var key: String { definition.key }

  init(seed: UInt64, number: Int, callees: [CalledProcess]) {
    let stem = ["x", "y"][number]
    var growth = ProcessGrowth(
      seed: seed &* 1_000_003 &+ UInt64(number), hasEvents: true, prefix: stem, callees: callees)
    root = growth.process(size: 2 + number)
    counters = growth.counters
    definition = root.definition(key: "called-\(seed)-\(stem)")
  }
}

extension ScopeBlock {
  fileprivate func definition(key: String) -> ProcessDefinition {
    let draft = ProcessDraft(key: key, saga: saga, scope: inside)
    let (definition, issues) = draft.assemble(handlers: RandomProcess.handlers)
    precondition(issues.isEmpty, "\(key) was grown and is refused: \(issues)")
    return definition
  }
}
