/// Subprocesses that know by themselves how they are undone: by a compensation event subprocess (BPMN 2.0, 10.5.5).
///
/// When such a subprocess completes, the records of its steps are put on a shelf, where no run finds them. To undo it,
/// the event subprocess is executed as a scope of its own: it sees the variables as they were, writes none of the
/// instance's, and may throw at the steps, whose records then are its own.
extension Stepper {
  /// The compensation event subprocess inside a subprocess.
  func compensationHandler(in subprocess: NodeIndex) -> NodeIndex? {
    definition.eventSubprocesses.first { node in
      definition[node].parent == subprocess && definition[node].subprocess?.event?.trigger == .compensation
    }
  }

  /// A scope with a compensation event subprocess is done: it is recorded while its variables are still there.
  mutating func shelve(_ scope: ScopeInstance, of host: Token) throws(Rejection) -> [RecordID] {
    let shelf = ScopeID(instance.nextID)
    try emit(.recordsHandedOver(from: scope.id, to: shelf))
    try emit(
      .compensationRecorded(
        node: host.node, token: host.id, visibleScopes: instance.visibleScopes(from: scope.id), owner: host.scope,
        after: host.after, shelf: shelf))
    return definition.keepsLineage ? [RecordID(instance.sequence)] : []
  }

  /// Executes the event subprocess that undoes a completed subprocess.
  mutating func openHandler(for token: Token, undoing record: CompensationRecord, shelf: ScopeID) throws(Rejection) {
    guard let handler = compensationHandler(in: token.node), let subprocess = definition[handler].subprocess else {
      try failExpression(token, "nothing inside \(definition[token.node].id) undoes it")
      return
    }
    let variables = visibleVariables(of: token)
    let scope = ScopeID(instance.nextID)
    try emit(
      .scopeEntered(
        scope: scope, node: handler, parent: token.scope, token: token.id, kind: .eventSubprocess))
    try emit(.tokenWaiting(token: token.id, reason: .scope(scope)))
    if !variables.isEmpty {
      let list = variables.entries.map { VariableChange(name: $0.name, value: $0.value) }
      try emit(.variablesChanged(scope: scope, changes: list))
    }
    try emit(.recordsHandedOver(from: shelf, to: scope))
    try enter(subprocess.start, in: scope, via: nil, after: record.after)
  }

  /// The event subprocess is done: the subprocess is undone, with whatever was left on its shelf.
  mutating func completeHandler(_ scope: ScopeInstance, of host: Token) throws(Rejection) {
    guard let reference = host.compensates else { return }
    try emit(.scopeCompleted(scope: scope.id, keepsRecords: false))
    try end(host, with: .tokenCompleted(token: host.id, node: host.node, mode: host.mode))
    try emit(
      .compensationCompleted(run: reference.run, record: reference.record, token: host.id, outputs: Context()))
  }

  /// The event subprocess ends before it is done: what it did not undo goes back to the shelf.
  mutating func putBack(_ scope: ScopeID) throws(Rejection) {
    let host = instance.scope(scope).flatMap { instance.token($0.token) }
    guard let shelf = host?.compensates.flatMap({ instance.record($0.record) })?.shelf else { return }
    try emit(.recordsHandedOver(from: scope, to: shelf))
  }

  /// The innermost scope around another one that undoes something; nil where work goes forward.
  func undoingScope(around scope: ScopeID) -> ScopeID? { instance.undoingScope(around: scope) }

  /// The scope whose steps an event in a scope undoes: that one, or for an event subprocess the one around it. The
  /// event subprocess that undoes a scope has the records of that scope itself.
  func compensatedScope(from scope: ScopeID) -> ScopeID {
    guard let open = instance.scope(scope), let event = definition[open.node].subprocess?.event,
      event.trigger != .compensation
    else { return scope }
    return open.parent
  }
}
