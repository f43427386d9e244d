/// Makes the nodes of a process from the elements of a block, in which each leads to the next.
@resultBuilder
public enum ProcessBuilder {
  /// Takes an element.
  public static func buildExpression(_ element: some ProcessElement) -> [NodeDraft] { [element.draft] }
  /// Joins the lines of a block.
  public static func buildBlock(_ lines: [NodeDraft]...) -> [NodeDraft] { lines.flatMap { $0 } }
  /// Takes what a condition lets through.
  public static func buildOptional(_ nodes: [NodeDraft]?) -> [NodeDraft] { nodes ?? [] }
  /// Takes the first of two blocks.
  public static func buildEither(first: [NodeDraft]) -> [NodeDraft] { first }
  /// Takes the second of two blocks.
  public static func buildEither(second: [NodeDraft]) -> [NodeDraft] { second }
  /// Joins the rounds of a loop.
  public static func buildArray(_ rounds: [[NodeDraft]]) -> [NodeDraft] { rounds.flatMap { $0 } }

  /// Leads every element that says nothing else to the one behind it, and the last one to the end.
  public static func buildFinalResult(_ nodes: [NodeDraft]) -> [NodeDraft] {
    var connected = nodes
    for index in nodes.indices where nodes[index].branches.isEmpty {
      switch nodes[index].kind {
      case .activity, .join, .wait, .subprocess, .catches, .throws, .landing, .compensationThrow,
        .custom:
        let next = nodes[(index + 1)...].first { !$0.isBeside }?.id ?? ProcessDraft.end
        connected[index].branches = [BranchDraft(to: next)]
      case .choice, .fork, .end, .jump, .first, .handler, .compensationEnd: break
      }
    }
    return connected
  }
}

extension NodeDraft {
  /// Whether no flow leads to it, so that the element before it leads to the one behind it.
  fileprivate var isBeside: Bool {
    switch kind {
    case .handler, .landing: true
    case .activity, .choice, .fork, .join, .wait, .end, .subprocess, .catches, .throws, .jump, .first,
      .compensationThrow, .compensationEnd, .custom:
      false
    }
  }
}

/// Makes the branches of a choice.
@resultBuilder
public enum BranchBuilder {
  /// Takes a branch with a condition.
  public static func buildExpression(_ branch: When) -> [ChoiceBranch] { [branch.branch] }
  /// Takes the default.
  public static func buildExpression(_ branch: Otherwise) -> [ChoiceBranch] { [branch.branch] }
  /// Takes a branch of a fork that has no condition.
  public static func buildExpression(_ branch: Always) -> [ChoiceBranch] { [branch.branch] }
  /// Joins the branches of a block.
  public static func buildBlock(_ lines: [ChoiceBranch]...) -> [ChoiceBranch] { lines.flatMap { $0 } }
  /// Joins the rounds of a loop.
  public static func buildArray(_ rounds: [[ChoiceBranch]]) -> [ChoiceBranch] { rounds.flatMap { $0 } }
}

/// One branch of a choice or of a fork.
public struct ChoiceBranch: Sendable {
  let role: Result<BranchDraft.Role, ExpressionError>
  let target: String
}

/// The branch that is taken when its condition holds and, in a choice, none before it did.
public struct When: Sendable {
  let branch: ChoiceBranch

  /// Leads to a node when a condition holds.
  public init(_ condition: String, next target: String) {
    let source = condition.withoutEqualsSign
    branch = ChoiceBranch(
      role: Result { () throws(ExpressionError) in .when(try Expression(source)) }, target: target)
  }
}

/// The branch that is taken when no condition holds.
public struct Otherwise: Sendable {
  let branch: ChoiceBranch

  /// Leads to a node.
  public init(_ target: String) { branch = ChoiceBranch(role: .success(.otherwise), target: target) }
}

/// The branch of a fork that is taken in any case.
public struct Always: Sendable {
  let branch: ChoiceBranch

  /// Leads to a node.
  public init(_ target: String) { branch = ChoiceBranch(role: .success(.always), target: target) }
}

extension ProcessDefinition {
  /// Makes a process from elements and refuses it when anything is wrong with it.
  ///
  ///     let order = try ProcessDefinition("order", saga: .global) {
  ///       Service("reserve", handler: "reserve")
  ///         .output("reservation", "=result.id")
  ///         .retry(3, backoff: .seconds(1), factor: 2)
  ///         .compensate(handler: "release")
  ///       Choose("check") {
  ///         When("amount > 1000", next: "approve")
  ///         Otherwise("charge")
  ///       }
  ///       User("approve", assignee: "=owner", due: .seconds(7200))
  ///         .after(.seconds(3600), interrupting: false, next: "remind")
  ///         .onError("REJECTED", next: "refused")
  ///       Service("charge", handler: "charge").compensate(handler: "refund").next("end")
  ///       Service("remind", handler: "log", with: ["message": "=owner"]).next("end")
  ///       End("refused", error: "REJECTED")
  ///     }
  ///
  /// - Parameters:
  ///   - key: the name under which its versions are deployed.
  ///   - name: what people read; the key unless given.
  ///   - saga: what happens to completed steps when a step fails for good.
  ///   - policy: how an engine treats its instances among others.
  ///   - start: the first node; the first one of the block unless given.
  ///   - starts: when instances start by themselves.
  ///   - handlers: the names of the handlers that there are; nil leaves them unchecked.
  ///   - extensions: the rules that there are; nil leaves their names unchecked.
  ///   - nodes: the elements; each leads to the next one unless it says something else.
  public init(
    _ key: String, name: String? = nil, saga: SagaPolicy = .none, policy: OperatingPolicy = OperatingPolicy(),
    start: String? = nil, starts: [EventTrigger] = [], handlers: [String]? = nil,
    extensions: StepExtensions? = nil,
    @ProcessBuilder nodes: () -> [NodeDraft]
  ) throws(InvalidDefinition) {
    let scope = ScopeDraft(start: start, nodes: nodes())
    var draft = ProcessDraft(key: key, name: name, saga: saga, starts: starts, scope: scope)
    draft.policy = policy
    let (definition, issues) = draft.assemble(handlers: handlers, extensions: extensions)
    guard issues.isEmpty else { throw InvalidDefinition(process: key, issues: issues) }
    self = definition
  }
}
