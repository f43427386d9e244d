/// One thing that is wrong with a process definition, in a sentence that names the node.
public struct DefinitionIssue: Sendable, Hashable, CustomStringConvertible {
  /// Which rule is broken.
  public var rule: Rule
  /// The identifier of the node it is about; nil when it is about the whole process.
  public var node: String?
  /// The word in the node that it is about: a target, the name of a handler, or a key such as `retry`.
  public var detail: String?
  /// What is wrong, without a full stop at the end.
  public var sentence: String
  /// What to write instead: a sentence with its full stop or question mark.
  public var hint: String?

  /// Makes an issue.
  public init(_ rule: Rule, node: String? = nil, detail: String? = nil, _ sentence: String, hint: String? = nil) {
    self.rule = rule
    self.node = node
    self.detail = detail
    self.sentence = sentence
    self.hint = hint
  }

  /// The sentence, and the hint behind it.
  public var description: String { hint.map { "\(sentence). \($0)" } ?? "\(sentence)." }

  /// The rules that a definition must keep.
  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// Indexes, parents and starts must name nodes that are there.
    case brokenGraph
    /// Keys and identifiers are short names.
    case badIdentifier
    /// An identifier names one node.
    case duplicateID
    /// A flow leads to a node that is there.
    case unknownTarget
    /// A flow stays inside its subprocess.
    case crossesBorder
    /// A process and a subprocess have a first node, and nothing that the first token would wait for.
    case noStart
    /// A process and a subprocess have an end.
    case noEnd
    /// Every node can be reached.
    case unreachable
    /// Every node that is no end leads somewhere, and no end does.
    case deadEnd
    /// A choice always finds a way.
    case noDefault
    /// Conditions stand on flows that leave a choice, and there alone.
    case misplacedCondition
    /// A fork has branches.
    case singleBranch
    /// A join gets a token from each flow that it waits for.
    case joinNeverCompletes
    /// A loop waits somewhere or can be left.
    case endlessLoop
    /// Only activities and subprocesses are executed more than once, within the engine's limits.
    case badLoop
    /// Expressions can be read.
    case badExpression
    /// Variables have names that expressions can read.
    case badVariable
    /// Handlers are known.
    case unknownHandler
    /// Boundary events stand on what takes time, each for something else.
    case badBoundary
    /// Messages, signals, links and event subprocesses stand where they can happen.
    case badEvent
    /// Only what completes can be compensated.
    case pointlessCompensation
    /// A cancel end lies in a transaction, and a transaction that can be cancelled says where that leads.
    case badCancel
    /// Attempts, pauses and their factor make sense.
    case badRetry
    /// Times are positive where they must be.
    case badDuration
    /// Priority and retention make sense.
    case badPolicy
    /// A definition stays within the engine's limits.
    case tooLarge
  }
}

/// What is thrown when a definition made by a program is not valid: everything that is wrong with it.
public struct InvalidDefinition: Error, Sendable, Hashable, CustomStringConvertible {
  /// The key of the process.
  public let process: String
  /// What is wrong; never empty.
  public let issues: [DefinitionIssue]

  /// Makes an error.
  public init(process: String, issues: [DefinitionIssue]) {
    self.process = process
    self.issues = issues
  }

  /// One line for each issue.
  public var description: String {
    issues.map { "\(process): \($0)" }.joined(separator: "\n")
  }
}
