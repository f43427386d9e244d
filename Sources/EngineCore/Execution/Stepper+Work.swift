extension Stepper {
  /// What a token works on: its activity, or the compensation of its record.
  struct Assignment {
    var work: Work
    var inputs: [Mapping]
    var outputs: [Mapping]
    var retry: RetryPolicy
    var timeout: Duration?
  }

  func assignment(of token: Token) -> Assignment? {
    let node = definition[token.node]
    guard let work = node.work(in: token.workMode) else { return nil }
    switch token.workMode {
    case .forward:
      return node.activity.map {
        Assignment(work: work, inputs: $0.inputs, outputs: $0.outputs, retry: $0.retry, timeout: $0.timeout)
      }
    case .probe:
      // It is given what the step was given, and is tried once.
      return node.activity.map {
        Assignment(work: work, inputs: $0.inputs, outputs: [], retry: .never, timeout: $0.timeout)
      }
    case .compensation:
      guard let compensation = node.compensation else {
        return Assignment(work: work, inputs: [], outputs: [], retry: .never)
      }
      return Assignment(
        work: work, inputs: compensation.inputs, outputs: compensation.outputs, retry: compensation.retry,
        timeout: compensation.timeout)
    }
  }

  /// What a token sees: its scope's variables, or in compensation those of the moment in which its step completed.
  func visibleVariables(of token: Token) -> Context {
    guard let reference = token.compensates, let record = instance.record(reference.record) else {
      return instance.visibleVariables(in: token.scope)
    }
    let context = instance.run(reference.run)?.context ?? Context()
    return instance.visibleVariables(of: record).merging(context)
  }

  func evaluate(_ mappings: [Mapping], _ variables: Context) throws(ExpressionError) -> Context {
    var values = Context()
    for mapping in mappings { values[mapping.target] = try mapping.template.evaluate(in: variables) }
    return values
  }

  /// Begins the work of a token that is created or ready.
  mutating func begin(_ activity: Activity, for token: Token) throws(Rejection) {
    guard let assignment = assignment(of: token) else { return }
    try begin(assignment, for: token)
  }

  mutating func begin(_ assignment: Assignment, for token: Token) throws(Rejection) {
    switch assignment.work {
    case .handler(let name, let configuration):
      try beginHandler(name, configuration, assignment, token)
    case .external(let external):
      // A task that nobody can be given must not stand in the queue of its topic.
      if let problem = inputProblem(of: token) { return try failExpression(token, problem) }
      try emit(.externalTaskCreated(token: token.id, topic: external.topic))
      try emit(.tokenWaiting(token: token.id, reason: .externalTask))
    case .user(let user):
      try beginUserTask(user, token)
    case .script:
      try complete(token, result: .null)
    case .call(let call):
      try beginCall(call, assignment, token)
    }
  }

  private mutating func beginHandler(
    _ name: String, _ configuration: ValueTemplate, _ assignment: Assignment, _ token: Token
  ) throws(Rejection) {
    let attempt = token.attempt + 1
    let invocation: WorkInvocation
    do {
      invocation = try self.invocation(of: assignment, token: token, attempt: attempt)
    } catch {
      try failExpression(token, error.description)
      return
    }
    let isKnown = context.handlers?.contains(name) ?? true
    guard hasRoom(for: name), isKnown else {
      if token.state == .created { try emit(.tokenReady(token: token.id, cause: .noRoom)) }
      // A handler that this engine does not have is no failure: the token stays for an engine that has it.
      if isKnown { effects.append(.tokenReady(token.id)) }
      return
    }
    takeRoom(for: name)
    try emit(.tokenClaimed(token: token.id, attempt: attempt, epoch: context.epoch))
    effects.append(.startWork(invocation))
  }

  /// Whether one more handler of a name may begin.
  func hasRoom(for handler: String) -> Bool { freeSlots > 0 && handlerSlots[handler] ?? 1 > 0 }

  mutating func takeRoom(for handler: String) {
    freeSlots -= 1
    if let left = handlerSlots[handler] { handlerSlots[handler] = left - 1 }
  }

  private mutating func beginUserTask(_ user: UserWork, _ token: Token) throws(Rejection) {
    let variables = visibleVariables(of: token)
    let assignee: String?
    let candidates: [String]
    do {
      assignee = try user.assignee.flatMap { template throws(ExpressionError) in
        try self.assignee(template, variables)
      }
      candidates =
        try user.candidates.map { template throws(ExpressionError) in
          try self.candidates(template, variables)
        } ?? []
    } catch {
      try failExpression(token, error.description)
      return
    }
    let due = user.due.map { context.now + $0 }
    try emit(.userTaskCreated(token: token.id, assignee: assignee, candidates: candidates, due: due))
    try emit(.tokenWaiting(token: token.id, reason: .userTask))
  }

  private func assignee(
    _ template: ValueTemplate, _ variables: Context
  ) throws(ExpressionError) -> String? {
    switch try template.evaluate(in: variables) {
    case .null: return nil
    case .string(let name): return name
    case let other:
      throw fault(template, "the assignee of a task must be text, or null for anyone, but this is \(other.typeName)")
    }
  }

  private func candidates(_ template: ValueTemplate, _ variables: Context) throws(ExpressionError) -> [String] {
    let value = try template.evaluate(in: variables)
    if value == .null { return [] }
    guard let list = value.listValue else {
      throw fault(template, "the candidates of a task must be a list of texts, but this is \(value.typeName)")
    }
    var names: [String] = []
    for item in list {
      guard let name = item.stringValue else {
        throw fault(template, "each candidate of a task must be text, but one is \(item.typeName)")
      }
      names.append(name)
    }
    return names
  }

  /// A value that the definition may not give where it stands.
  private func fault(_ template: ValueTemplate, _ message: String) -> ExpressionError {
    ExpressionError(
      expression: template.expressions.first?.source ?? template.source.description, column: 1, message: message)
  }

  func invocation(
    of activity: Activity, token: TokenID, node: NodeIndex, scope: ScopeID, attempt: Int
  ) throws(ExpressionError) -> WorkInvocation {
    let assignment = Assignment(
      work: activity.work, inputs: activity.inputs, outputs: activity.outputs, retry: activity.retry,
      timeout: activity.timeout)
    let future = Token(id: token, node: node, scope: scope, since: context.now)
    return try invocation(of: assignment, token: future, attempt: attempt)
  }

  private func invocation(
    of assignment: Assignment, token: Token, attempt: Int
  ) throws(ExpressionError) -> WorkInvocation {
    guard case .handler(let name, let configuration) = assignment.work else {
      throw ExpressionError(expression: "", column: 1, message: "the work of this node is not a handler's")
    }
    let visible = visibleVariables(of: token)
    return WorkInvocation(
      token: token.id, node: token.node, mode: token.workMode, attempt: attempt, handler: name,
      configuration: try configuration.evaluate(in: visible),
      variables: assignment.inputs.isEmpty ? visible : try evaluate(assignment.inputs, visible),
      timeout: assignment.timeout)
  }

  /// Takes up what came of a piece of work.
  mutating func finish(_ token: Token, _ outcome: WorkOutcome) throws(Rejection) {
    if instance.state == .cancelling { return try stop(token, after: outcome) }
    if let run = drainingRun(over: token) {
      try comeToRest(token, outcome, in: run)
      return
    }
    switch outcome {
    case .completed(let result):
      try complete(token, result: result)
    case .businessError(let code, let message):
      let failure = Failure(code: code, message: message, isRetryable: false)
      try fail(token, failure, isBusinessError: true)
    case .failed(let failure):
      try fail(token, failure, isBusinessError: false)
    case .cancelled:
      let failure = Failure(code: "CANCELLED", message: "the handler stopped before it was done")
      try fail(token, failure, isBusinessError: false)
    case .waiting(let reference, let limit):
      try handOver(token, as: reference, limit: limit)
    }
  }

  /// The work of a token is done: its outputs, its record, its successors.
  mutating func complete(_ token: Token, result: Value) throws(Rejection) {
    guard let assignment = assignment(of: token) else { return }
    var scope = visibleVariables(of: token)
    let isGathered = gathers(token)
    if isGathered || !assignment.outputs.isEmpty { scope["result"] = result }
    let outputs: Context
    let gathered: Value?
    do {
      outputs = try evaluate(assignment.outputs, scope)
      gathered = isGathered ? try self.gathered(by: token, scope.merging(outputs)) : nil
    } catch {
      try failOutputs(of: token, error.description)
      return
    }
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    if let reference = token.compensates {
      try emit(
        .compensationCompleted(run: reference.run, record: reference.record, token: token.id, outputs: outputs))
      return
    }
    try assign(outputs, from: token.scope)
    let after = definition[token.node].compensation == nil ? try recordChild(of: token) : try record(token)
    if instance.state != .cancelling, drainingRun(over: token) == nil {
      try proceed(from: token, gathered: gathered, after: after)
    }
  }

  /// Sets each variable in the innermost scope that has it, else in the outermost.
  mutating func assign(_ outputs: Context, from scope: ScopeID) throws(Rejection) {
    guard !outputs.isEmpty else { return }
    let chain = instance.visibleScopes(from: scope)
    let outermost = undoingScope(around: scope) ?? .root
    var changes: [(scope: ScopeID, list: [VariableChange])] = []
    for entry in outputs.entries {
      let home = chain.first { instance.variables[$0][entry.name] != nil } ?? outermost
      let change = VariableChange(name: entry.name, value: entry.value)
      if let index = changes.firstIndex(where: { $0.scope == home }) {
        changes[index].list.append(change)
      } else {
        changes.append((home, [change]))
      }
    }
    for change in changes { try emit(.variablesChanged(scope: change.scope, changes: change.list)) }
  }

  /// Writes that a step is done and can be undone, and says what comes before the steps after it.
  @discardableResult
  mutating func record(_ token: Token) throws(Rejection) -> [RecordID] {
    if undoingScope(around: token.scope) != nil { return token.after }
    try emit(
      .compensationRecorded(
        node: token.node, token: token.id, visibleScopes: instance.visibleScopes(from: token.scope), owner: token.scope,
        after: token.after))
    return definition.keepsLineage ? [RecordID(instance.sequence)] : []
  }

  /// As `record`, for a call activity that is undone by undoing the instance which it called, if that can be undone.
  @discardableResult
  private mutating func recordChild(of token: Token) throws(Rejection) -> [RecordID] {
    guard let (caller, child) = undoableChild, caller == token.id, undoingScope(around: token.scope) == nil else {
      return token.after
    }
    let after = try record(token)
    try emit(.childRecorded(record: RecordID(instance.sequence), child: child))
    return after
  }

  /// An attempt failed: it is tried again, caught, undone, or becomes an incident.
  mutating func fail(_ token: Token, _ failure: Failure, isBusinessError: Bool) throws(Rejection) {
    try emit(
      .tokenFailed(
        token: token.id, node: token.node, attempt: token.attempt, failure: failure, counts: !isBusinessError))
    let policy = assignment(of: token)?.retry ?? .never
    let failures = token.failures + 1
    let matches = policy.errors?.contains(failure.code) ?? true
    if !isBusinessError, failure.isRetryable, matches, failures < policy.attempts,
      let pause = pause(policy, failures, failure)
    {
      if token.wait == .externalTask { try emit(.externalTaskFailed(token: token.id)) }
      try cancelWorkLimit(of: token.id)
      let timer = try schedule(.retry, for: token.id, due: context.now + pause)
      try emit(.tokenWaiting(token: token.id, reason: .timer(timer)))
      return
    }
    if token.mode == .compensation {
      try haltCompensation(token, failure)
      return
    }
    try raise(code: failure.code, message: failure.message, from: .token(token))
  }

  /// The pause before the next attempt: as the policy's own rule says where this engine has it; nil gives up.
  private func pause(_ policy: RetryPolicy, _ failures: Int, _ failure: Failure) -> Duration? {
    guard let name = policy.rule, let rule = context.extensions.retries[name] else {
      return policy.pause(afterFailures: failures, chance: context.chance)
    }
    let pause = rule.pause(
      after: RetryContext(failure: failure, failures: failures, policy: policy, chance: context.chance))
    return pause.map { min(max($0, .zero), DefinitionLimits.longestDuration) }
  }

  /// The work of a token is done, but what it leaves cannot be calculated. Such a step has happened, and if it can be
  /// undone it must not be forgotten: it is in doubt when compensation waits for it, and when compensation comes later.
  private mutating func failOutputs(of token: Token, _ message: String) throws(Rejection) {
    if instance.state == .cancelling {
      try stop(
        token, after: Failure(code: Self.outputCode, message: Self.sentence(aboutOutputs: message), isRetryable: false))
    } else if token.mode == .compensation {
      try haltCompensation(token, Failure(code: Self.outputCode, message: message), as: .expressionFailed)
    } else if drainingRun(over: token) != nil, isUndoable(token) {
      try park(token, because: Self.sentence(aboutOutputs: message))
    } else {
      if definition[token.node].compensation == nil { try recordChild(of: token) }
      try raiseIncident(.expressionFailed, for: token.id, code: Self.outputCode, message: message)
    }
  }

  /// The code of incidents about work that is done and whose outputs cannot be calculated.
  static let outputCode = "OUTPUT"

  static func sentence(aboutOutputs message: String) -> String {
    "it was done, but its outputs are not known: \(message)"
  }

  mutating func failExpression(_ token: Token, _ message: String) throws(Rejection) {
    if token.isProbing {
      try park(token, because: "its probe cannot be asked: \(message)")
      return
    }
    if token.mode == .compensation {
      try haltCompensation(token, Failure(code: "EXPRESSION", message: message), as: .expressionFailed)
      return
    }
    try raiseIncident(.expressionFailed, for: token.id, code: "EXPRESSION", message: message)
  }

  mutating func raiseIncident(
    _ kind: Incident.Kind, for token: TokenID, code: String, message: String
  ) throws(Rejection) {
    let id = IncidentID(instance.nextID)
    let capped = String(message.prefix(CoreLimits.messageLength))
    try cancelWorkLimit(of: token)
    try emit(.incidentRaised(incident: id, token: token, kind: kind, code: code, message: capped))
  }
}
