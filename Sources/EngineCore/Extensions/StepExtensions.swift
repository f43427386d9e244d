/// The rules that a program adds to the core, by the names that definitions use.
///
/// The core stays pure with them: each rule is asked in the middle of a step, possibly again for the same facts, and
/// must answer equal questions equally, without clock, chance, input or output. What a definition names and this engine
/// does not have waits for an engine that has it, as with handlers.
public struct StepExtensions: Sendable {
  /// The rules of custom nodes.
  public var nodes: [String: any NodeHandler] = [:]
  /// The rules that say when failed work is tried again.
  public var retries: [String: any RetryRule] = [:]
  /// The languages of conditions and mappings besides FEEL.
  public var languages: [String: any ConditionEvaluator] = [:]

  /// No rules of one's own.
  public init() {}

  /// The languages that the step at hand can evaluate. Bound by `step`, read by expressions of other languages.
  @TaskLocal static var languagesAtHand: [String: any ConditionEvaluator] = [:]
}

/// The rule of a custom node: what happens when a token comes to it. Pure, synchronous, deterministic.
public protocol NodeHandler: Sendable {
  /// Says where the token goes.
  func execute(_ context: NodeContext) -> NodeDecision
  /// Says what is wrong with a configuration at deploy time; nil when nothing is.
  func validate(configuration: ValueTemplate) -> String?
}

extension NodeHandler {
  /// Accepts every configuration.
  public func validate(configuration: ValueTemplate) -> String? { nil }
}

/// What the rule of a custom node is told.
public struct NodeContext: Sendable, Hashable {
  /// The identifier of the node.
  public let node: String
  /// The configuration from the definition, with its expressions evaluated.
  public let configuration: Value
  /// All variables that the token sees.
  public let variables: Context
  /// The identifiers of the nodes that this one leads to, in document order.
  public let targets: [String]
  /// The instant of the step.
  public let now: Timestamp

  /// Makes a context; the engine and tests do.
  public init(node: String, configuration: Value = .null, variables: Context, targets: [String], now: Timestamp) {
    self.node = node
    self.configuration = configuration
    self.variables = variables
    self.targets = targets
    self.now = now
  }
}

/// What a custom node decides.
public enum NodeDecision: Sendable, Hashable {
  /// The node is done: a token goes along every flow. The result is what its `output` mappings see as `result`.
  case goOn(result: Value = .null)
  /// The node is done: tokens go to these of its targets alone.
  case take([String], result: Value = .null)
  /// A business error, for a boundary event around it or the saga.
  case fail(code: String, message: String)
}

/// Says when failed work is tried again, under a name that retry policies can give:
/// `retry: {attempts: 5, policy: NAME}`.
public protocol RetryRule: Sendable {
  /// The pause before the next attempt; nil gives up. Only asked while the policy still has attempts and its errors
  /// match.
  func pause(after failure: RetryContext) -> Duration?
}

/// What a retry rule is told.
public struct RetryContext: Sendable, Hashable {
  /// What went wrong this time.
  public let failure: Failure
  /// How many attempts have failed, this one included.
  public let failures: Int
  /// The policy of the definition, for its own numbers.
  public let policy: RetryPolicy
  /// A number between 0 and 1 from the engine's seeded source.
  public let chance: Double

  /// Makes a context; the engine and tests do.
  public init(failure: Failure, failures: Int, policy: RetryPolicy, chance: Double) {
    self.failure = failure
    self.failures = failures
    self.policy = policy
    self.chance = chance
  }
}

/// Another language for conditions and mappings, under the name that stands behind the at sign: `=@NAME text`.
public protocol ConditionEvaluator: Sendable {
  /// Says what is wrong with a text at deploy time; nil when nothing is.
  func validate(_ text: String) -> String?
  /// The value of a text with these variables. Conditions must give true or false.
  func evaluate(_ text: String, in variables: Context) throws(ConditionFault) -> Value
}

/// Why a text of another language has no value.
public struct ConditionFault: Error, Sendable, Hashable {
  /// What is wrong, for the incident.
  public let message: String

  /// Describes a fault.
  public init(_ message: String) { self.message = message }
}
