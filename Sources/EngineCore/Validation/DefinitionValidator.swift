/// Finds what is wrong with a process definition before an instance can stumble over it.
///
/// The problem: a mistake in a definition shows itself at night, in an instance that waits for something that cannot
/// come. The idea: everything that the graph alone can tell is told when it is deployed. The checks go from the inside
/// out, and each group runs only when the ones it rests on have found nothing: indexes that fit, then nodes one by one,
/// then the graph as a whole. What is refused is wrong in every run; what depends on variables is not guessed at.
public struct DefinitionValidator {
  let definition: ProcessDefinition
  private let handlers: [String]?
  let extensions: StepExtensions?
  private let knownGaps: Set<NodeIndex>
  var issues: [DefinitionIssue] = []

  /// Everything that is wrong with a definition, in document order within each group of checks.
  ///
  /// - Parameters:
  ///   - handlers: the names of the handlers that there are; nil leaves them unchecked.
  ///   - extensions: the rules that there are; nil leaves their names unchecked.
  public static func issues(
    in definition: ProcessDefinition, handlers: [String]? = nil, extensions: StepExtensions? = nil
  ) -> [DefinitionIssue] {
    issues(in: definition, handlers: handlers, extensions: extensions, knownGaps: [])
  }

  /// As above, for a definition some of whose nodes (`knownGaps`) have lost flows that led nowhere, which has been
  /// told.
  static func issues(
    in definition: ProcessDefinition, handlers: [String]?, extensions: StepExtensions?, knownGaps: Set<NodeIndex>
  ) -> [DefinitionIssue] {
    var validator = DefinitionValidator(
      definition: definition, handlers: handlers, extensions: extensions, knownGaps: knownGaps)
    validator.checkSize()
    guard validator.issues.isEmpty else { return validator.issues }
    validator.checkStructure()
    guard validator.issues.isEmpty else { return validator.issues }
    validator.checkNames()
    validator.checkPolicy()
    for index in definition.nodes.indices { validator.checkNode(NodeIndex(rawValue: index)) }
    validator.checkEventsOfScopes()
    validator.checkStartEvents()
    validator.checkFlows()
    guard knownGaps.isEmpty, !validator.issues.contains(where: { $0.rule.isAboutFlows }) else {
      return validator.issues
    }
    validator.checkGraph()
    return validator.issues
  }

  private init(
    definition: ProcessDefinition, handlers: [String]?, extensions: StepExtensions?, knownGaps: Set<NodeIndex>
  ) {
    self.definition = definition
    self.handlers = handlers
    self.extensions = extensions
    self.knownGaps = knownGaps
  }

  mutating func report(
    _ rule: DefinitionIssue.Rule, _ node: NodeIndex?, detail: String? = nil, _ sentence: String,
    hint: String? = nil
  ) {
    let id = node.map { definition[$0].id }
    issues.append(DefinitionIssue(rule, node: id, detail: detail, sentence, hint: hint))
  }

  /// The identifier of a node as a sentence quotes it.
  func name(_ node: NodeIndex) -> String { definition[node].id.inBackticks }

  /// A scope as a sentence names it.
  func title(of scope: NodeIndex?) -> String { scope.map { "the subprocess \(name($0))" } ?? "the process" }

  func hasKnownGap(_ node: NodeIndex) -> Bool { knownGaps.contains(node) }

  mutating func checkHandler(_ handler: String, of node: NodeIndex) {
    guard !handler.isEmpty else {
      report(.unknownHandler, node, detail: "service", "\(name(node)) names no handler")
      return
    }
    guard let handlers, !handlers.contains(handler) else { return }
    let known = handlers.sorted()
    let hint =
      Spelling.nearest(to: handler, in: known).map { "Did you mean \($0.inBackticks)?" }
      ?? (known.isEmpty ? nil : "Known are \(known.map(\.inBackticks).joined(separator: ", ")).")
    report(
      .unknownHandler, node, detail: handler,
      "\(name(node)) wants the handler \(handler.inBackticks), which nobody has registered", hint: hint)
  }
}

extension DefinitionIssue.Rule {
  /// Whether an issue makes the checks of the whole graph repeat it in other words.
  fileprivate var isAboutFlows: Bool {
    switch self {
    case .brokenGraph, .duplicateID, .unknownTarget, .crossesBorder, .noStart, .deadEnd, .singleBranch, .tooLarge: true
    case .badIdentifier, .noEnd, .unreachable, .noDefault, .misplacedCondition, .joinNeverCompletes, .endlessLoop,
      .badLoop, .badExpression, .badVariable, .unknownHandler, .badBoundary, .badEvent, .pointlessCompensation,
      .badCancel, .badRetry, .badDuration, .badPolicy:
      false
    }
  }
}

extension String {
  /// The name for a sentence: on one line, cut where it is too long, between backticks.
  var inBackticks: String { "`" + quoted(limit: DefinitionLimits.identifierLength) + "`" }
}
