/// Loops and multi-instance activities (BPMN 2.0, 10.2.8).
///
/// The problem: a node that is executed many times is still one node with one token, one set of boundary events and one
/// end, while each execution needs variables, failures and compensation of its own. The idea: the token that comes to
/// the node opens a *loop* scope and waits for it; each execution is an *iteration* scope inside, in which one more
/// token stands at the same node and does what the node says. Errors of an iteration go outwards like those of a
/// subprocess: the boundary events belong to the outer token. The loop's own variables are its bookkeeping, which no
/// expression sees; an iteration sees `loopCounter` (from 1), `numberOfInstances` and its item.
extension Stepper {
  /// Whether a token executes the node proper, in one iteration of it.
  func isIteration(_ token: Token) -> Bool {
    token.mode == .forward && token.scope != .root && instance.scope(token.scope)?.kind == .iteration
  }

  /// Whether a token that comes to a node of a scope opens a loop there.
  func opensLoop(_ node: NodeIndex, in scope: ScopeID) -> Bool {
    definition[node].loop != nil && (scope == .root || instance.scope(scope)?.kind != .iteration)
  }

  /// Begins a loop, or takes it up again after an incident.
  mutating func beginLoop(_ loop: LoopDefinition, for token: Token) throws(Rejection) {
    if let open = openScope(of: token) {
      try emit(.tokenWaiting(token: token.id, reason: .scope(open.id)))
      try continueLoop(open)
      return
    }
    switch loop {
    case .standard(let loop):
      let mayBegin: Bool
      do {
        mayBegin = loop.testsBefore ? try holds(loop.condition, iterations: 0, for: token) : true
      } catch {
        return try failExpression(token, error.description)
      }
      guard mayBegin else { return try finishLoop(of: token, output: nil) }
      guard let scope = try openLoop(for: token, [Bookkeeping.completed: 0]) else { return }
      try openIteration(1, item: nil, in: scope)
    case .multiInstance(let loop):
      let items: [Value]?
      let count: Int
      do {
        (items, count) = try extent(of: loop, for: token)
      } catch {
        return try failExpression(token, error.description)
      }
      try begin(loop, for: token, items, count)
    }
  }

  /// What an activity is executed for, and how often.
  private func extent(
    of loop: MultiInstance, for token: Token
  ) throws(ExpressionError) -> (items: [Value]?, count: Int) {
    let variables = instance.visibleVariables(in: token.scope)
    switch loop.items {
    case .collection(let expression, _):
      guard let items = try expression.evaluate(in: variables).listValue else {
        throw fault(expression, "must be a list of what the activity is executed for")
      }
      return (items, items.count)
    case .count(let expression):
      guard let number = try expression.evaluate(in: variables).intValue, number >= 0 else {
        throw fault(expression, "must be a number of times, which is whole and not below zero")
      }
      return (nil, number)
    }
  }

  private mutating func begin(
    _ loop: MultiInstance, for token: Token, _ items: [Value]?, _ count: Int
  ) throws(Rejection) {
    guard count > 0 else { return try finishLoop(of: token, output: loop.output.map { ($0, []) }) }
    guard count <= CoreLimits.instancesPerLoop else {
      let node = definition[token.node].id
      return try raiseTooMany(
        token, "\(node) would be executed \(count) times, and \(CoreLimits.instancesPerLoop) are allowed")
    }
    var bookkeeping: Context = [Bookkeeping.instances: Value(count), Bookkeeping.completed: 0]
    if loop.isSequential, let items { bookkeeping[Bookkeeping.items] = .list(items) }
    guard let scope = try openLoop(for: token, bookkeeping) else { return }
    for number in 1...(loop.isSequential ? 1 : count) {
      try openIteration(number, item: items?[number - 1], in: scope)
    }
  }

  /// Opens the scope of a loop; nil when its boundary timers cannot be set, which leaves an incident.
  private mutating func openLoop(for token: Token, _ bookkeeping: Context) throws(Rejection) -> ScopeInstance? {
    if !instance.timers.contains(where: { $0.token == token.id }) {
      try watchBoundary(of: token.id, at: token.node)
    }
    guard instance.token(token.id)?.state == token.state else { return nil }
    let scope = ScopeID(instance.nextID)
    try emit(.scopeEntered(scope: scope, node: token.node, parent: token.scope, token: token.id, kind: .loop))
    try emit(.tokenWaiting(token: token.id, reason: .scope(scope)))
    try set(bookkeeping, in: scope)
    return instance.scope(scope)
  }

  private mutating func openIteration(_ number: Int, item: Value?, in loop: ScopeInstance) throws(Rejection) {
    let scope = ScopeID(instance.nextID)
    try emit(
      .scopeEntered(scope: scope, node: loop.node, parent: loop.id, token: loop.token, kind: .iteration))
    var variables: Context = [Bookkeeping.counter: Value(number)]
    if let count = instance.variables[loop.id][Bookkeeping.instances] { variables[Bookkeeping.instances] = count }
    if let item, case .multiInstance(let definition)? = definition[loop.node].loop,
      case .collection(_, let name) = definition.items
    {
      variables[name] = item
    }
    try set(variables, in: scope)
    try enter(loop.node, in: scope, via: nil, after: instance.token(loop.token)?.after)
  }

  private mutating func set(_ variables: Context, in scope: ScopeID) throws(Rejection) {
    let list = variables.entries.map { VariableChange(name: $0.name, value: $0.value) }
    try emit(.variablesChanged(scope: scope, changes: list))
  }

  /// What an iteration leaves to the list of results, seen from where its work was done; nil where nothing is gathered.
  func gathered(by token: Token, _ variables: Context) throws(ExpressionError) -> Value? {
    guard isIteration(token), case .multiInstance(let loop)? = definition[token.node].loop,
      let output = loop.output
    else { return nil }
    return try output.element.evaluate(in: variables)
  }

  /// Whether the result of a token's work is asked for beyond its outputs.
  func gathers(_ token: Token) -> Bool {
    guard case .multiInstance(let loop)? = definition[token.node].loop else { return false }
    return loop.output != nil && isIteration(token)
  }

  /// Goes on from a token whose node is done: along its flows or, in an iteration, by counting it.
  mutating func proceed(
    from token: Token, gathered: Value? = nil, after: [RecordID]
  ) throws(Rejection) {
    guard isIteration(token), let iteration = instance.scope(token.scope) else {
      try leave(token.node, in: token.scope, after: after)
      return
    }
    try gather(after, in: iteration.id)
    let completed = instance.variables[iteration.parent][Bookkeeping.completed]?.intValue ?? 0
    var changes = [VariableChange(name: Bookkeeping.completed, value: Value(completed + 1))]
    if let gathered, let number = instance.variables[iteration.id][Bookkeeping.counter]?.intValue {
      changes.append(VariableChange(name: Bookkeeping.result(number), value: gathered))
    }
    try emit(.variablesChanged(scope: iteration.parent, changes: changes))
  }

  /// An iteration has nothing left to do: it ends, and the loop decides how it goes on.
  mutating func completeIteration(_ iteration: ScopeInstance) throws(Rejection) {
    try emit(.scopeCompleted(scope: iteration.id, keepsRecords: true))
    if let loop = instance.scope(iteration.parent) { try continueLoop(loop) }
  }

  /// Decides how a loop goes on. While its token rests on an incident nothing is decided; its retry comes here again.
  private mutating func continueLoop(_ scope: ScopeInstance) throws(Rejection) {
    guard let host = instance.token(scope.token), host.wait == .scope(scope.id) else { return }
    let completed = instance.variables[scope.id][Bookkeeping.completed]?.intValue ?? 0
    switch definition[scope.node].loop {
    case .standard(let loop)?:
      if let maximum = loop.maximum, completed >= maximum { return try finishLoop(of: host, output: nil) }
      let goesOn: Bool
      do {
        goesOn = try holds(loop.condition, iterations: completed, for: host)
      } catch {
        return try failExpression(host, error.description)
      }
      guard goesOn else { return try finishLoop(of: host, output: nil) }
      guard completed < CoreLimits.instancesPerLoop else {
        let node = definition[host.node].id
        return try raiseTooMany(host, "\(node) has been repeated \(completed) times, and no more are allowed")
      }
      try openIteration(completed + 1, item: nil, in: scope)
    case .multiInstance(let loop)?:
      let isOver: Bool
      do {
        isOver = try isEnough(loop, instance.variables[scope.id], host)
      } catch {
        return try failExpression(host, error.description)
      }
      try go(on: loop, in: scope, host, completed: completed, isOver: isOver)
    case nil: break
    }
  }

  private mutating func go(
    on loop: MultiInstance, in scope: ScopeInstance, _ host: Token, completed: Int, isOver: Bool
  ) throws(Rejection) {
    let bookkeeping = instance.variables[scope.id]
    if isOver {
      let count = bookkeeping[Bookkeeping.instances]?.intValue ?? 0
      try finishLoop(of: host, output: loop.output.map { ($0, Bookkeeping.results(in: bookkeeping, upTo: count)) })
    } else if loop.isSequential {
      try openIteration(completed + 1, item: bookkeeping[Bookkeeping.items]?[completed], in: scope)
    }
  }

  /// Whether all executions are done or the completion condition holds. It sees what is around the loop, the numbers of
  /// instances, and by its name the list of the results so far.
  private func isEnough(_ loop: MultiInstance, _ bookkeeping: Context, _ host: Token) throws(ExpressionError) -> Bool {
    let count = bookkeeping[Bookkeeping.instances]?.intValue ?? 0
    let completed = bookkeeping[Bookkeeping.completed]?.intValue ?? 0
    if completed >= count { return true }
    guard let condition = loop.completionCondition else { return false }
    var variables = instance.visibleVariables(in: host.scope)
    variables[Bookkeeping.instances] = Value(count)
    variables[Bookkeeping.completed] = Value(completed)
    variables[Bookkeeping.active] = Value(loop.isSequential ? 0 : count - completed)
    if let output = loop.output, condition.freeVariables.contains(output.collection) {
      variables[output.collection] = .list(Bookkeeping.results(in: bookkeeping, upTo: count))
    }
    return try condition.evaluateCondition(in: variables)
  }

  /// Whether a loop goes on after a number of iterations, which its condition sees as `loopCounter`.
  private func holds(_ condition: Expression, iterations: Int, for host: Token) throws(ExpressionError) -> Bool {
    var variables = instance.visibleVariables(in: host.scope)
    variables[Bookkeeping.counter] = Value(iterations)
    return try condition.evaluateCondition(in: variables)
  }

  /// Ends a loop: iterations that are not needed any more are ended, the results become a variable.
  private mutating func finishLoop(
    of host: Token, output: (definition: MultiInstance.Output, values: [Value])?
  ) throws(Rejection) {
    let after = lineage(ofHost: host)
    if let scope = openScope(of: host) {
      try closeScopes(inside: scope.id, immediately: false)
      try emit(.scopeCompleted(scope: scope.id, keepsRecords: true))
    }
    try end(host, with: .tokenCompleted(token: host.id, node: host.node, mode: host.mode))
    if let output { try assign([output.definition.collection: .list(output.values)], from: host.scope) }
    try leave(host.node, in: host.scope, after: after)
  }

  private mutating func raiseTooMany(_ token: Token, _ message: String) throws(Rejection) {
    try raiseIncident(.expressionFailed, for: token.id, code: "TOO_MANY", message: message)
  }

  private func fault(_ expression: Expression, _ message: String) -> ExpressionError {
    ExpressionError(expression: expression.source, column: 1, message: message)
  }
}

/// The names of the numbers that a loop goes on from.
enum LoopNumbers {
  static let instances = "numberOfInstances"
  static let completed = "numberOfCompletedInstances"
  static let all = [instances, completed]
}

/// The names of the variables that a loop keeps.
private enum Bookkeeping {
  static let counter = "loopCounter"
  static let instances = LoopNumbers.instances
  static let completed = LoopNumbers.completed
  static let active = "numberOfActiveInstances"
  /// The items of a sequential multi-instance, as they were when it began.
  static let items = "items"

  /// What an iteration left.
  static func result(_ number: Int) -> String { String(number) }

  /// What the completed iterations left, in the order of the items.
  static func results(in bookkeeping: Context, upTo count: Int) -> [Value] {
    (0..<count).compactMap { bookkeeping[result($0 + 1)] }
  }
}
