extension ProcessInstance {
  mutating func applyToScopes(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .scopeEntered(let scope, let node, let parent, let token, let kind):
      scopes.append(ScopeInstance(id: scope, node: node, parent: parent, token: token, kind: kind))
      use(scope.rawValue)
      changes.scopes.insert(scope)
    case .scopeCompleted(let scope, let keepsRecords):
      let open = try requireScope(scope)
      if keepsRecords {
        for index in records.indices where records[index].owner == scope {
          records[index].handOver(to: open.parent, at: entry.sequence)
          changes.records.update(records[index].id)
        }
      } else {
        dropRecords(of: scope, changes: &changes)
      }
      close(scope, at: entry.sequence, changes: &changes)
    case .scopeTerminated(let scope):
      let open = try requireScope(scope)
      for index in records.indices where records[index].owner == scope {
        records[index].handOver(to: open.parent, at: entry.sequence)
        changes.records.update(records[index].id)
      }
      close(scope, at: entry.sequence, changes: &changes)
    case .boundaryTriggered(_, let host, _):
      guard token(host) != nil else { throw unknown(host) }
    case .variablesChanged(let scope, let list):
      guard scope == .root || self.scope(scope) != nil else {
        throw Rejection(.scopeUnknown, "instance \(id) has no open scope \(scope)")
      }
      noteUndoLog(&changes)
      for change in list {
        variables.set(
          change.name, to: change.value, in: scope, at: entry.sequence, remembering: !records.isEmpty)
        changes.touchVariable(change.name, in: scope)
      }
    default: break
    }
  }

  private func requireScope(_ scope: ScopeID) throws(Rejection) -> ScopeInstance {
    guard let open = self.scope(scope) else {
      throw Rejection(.scopeUnknown, "instance \(id) has no open scope \(scope)")
    }
    return open
  }

  private mutating func close(_ scope: ScopeID, at sequence: Int64, changes: inout ChangeSet) {
    noteUndoLog(&changes)
    for entry in variables[scope].entries { changes.touchVariable(entry.name, in: scope) }
    variables.removeScope(scope, at: sequence, remembering: !records.isEmpty)
    closeSubscriptions(of: scope, changes: &changes)
    if let position = scopes.position(of: scope) { scopes.remove(at: position) }
    changes.scopes.delete(scope)
  }

  private func noteUndoLog(_ changes: inout ChangeSet) {
    if changes.undoLogStart == nil { changes.undoLogStart = variables.undoLog.count }
  }
}
