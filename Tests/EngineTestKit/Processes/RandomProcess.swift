import EngineCore

/// A sound process, grown from a seed: every instance of it comes to an end once the world outside behaves.
///
///     let process = RandomProcess(seed: 7)
///     deploy(process.definition)                     // handlers: RandomProcess.handlers
///     start(process.key, variables: process.variables)
///
/// Work answers with `{"value": number}` from 0 up to `RandomProcess.values`, or with an error or a failure whose code
/// is one of `RandomProcess.codes`; conditions ask for those values. Everything else that can happen to an instance
/// (time, operators, crashes) is allowed at any moment. `ReferenceInterpreter` says what must come of it, from the tree
/// and not from the graph.
///
/// The same seed gives the same process on every machine. What is left to the engine by the specification is not grown:
/// two things of one unit of which each could go first and that would see each other. So an error or terminate end
/// event stands right behind work, and scripts count variables that nobody reads.
package struct RandomProcess: Sendable {
  /// The seed that it was grown from.
  package let seed: UInt64
  /// What it is: a tree.
  package let root: ProcessBlock
  /// What a failure for good undoes.
  package let saga: SagaPolicy
  /// The same as a graph. It passes the validator.
  package let definition: ProcessDefinition
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
  package init(seed: UInt64, size: Int? = nil) {
    var growth = ProcessGrowth(seed: seed)
    self.seed = seed
    saga = growth.saga()
    root = growth.process(size: size)
    var variables = Context()
    for name in Self.names + growth.counters { variables[name] = 0 }
    self.variables = variables
    let draft = ProcessDraft(key: "random-\(seed)", saga: saga, scope: root.scopeDraft)
    let assembled = draft.assemble(handlers: Self.handlers).definition
    let inclusive = root.inclusiveGateways
    let definition = ProcessDefinition(
      key: assembled.key, saga: saga, nodes: assembled.nodes.map { Self.node($0, inclusive: inclusive) },
      flows: assembled.flows, start: assembled.start)
    let issues = DefinitionValidator.issues(in: definition, handlers: Self.handlers)
    precondition(issues.isEmpty, "seed \(seed) grew a process that is refused: \(issues)")
    self.definition = definition
  }

  private static func node(_ node: NodeDefinition, inclusive: Set<String>) -> NodeDefinition {
    guard inclusive.contains(node.id) else { return node }
    var node = node
    if case .exclusiveGateway(let defaultFlow) = node.kind {
      node.kind = .inclusiveGateway(defaultFlow: defaultFlow)
    } else {
      node.kind = .inclusiveGateway(defaultFlow: nil)
    }
    return node
  }
}
