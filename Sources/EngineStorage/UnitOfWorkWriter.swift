import EngineCore
import EngineRuntime

/// Turns writes into row operations: only the rows that a unit touched, in an order that every dialect can take.
///
/// This is the one place that knows which rows a unit of work needs; adapters know how to write a row. The usual step
/// of a sequence is four row operations: read the header, append history, give the token's row to its successor,
/// advance the instance.
public struct UnitOfWorkWriter<Rows: StoreRows> {
  private struct CountKey: Hashable, Comparable {
    let definition: DefinitionID
    let state: InstanceState

    static func < (left: CountKey, right: CountKey) -> Bool {
      (left.definition, left.state.rawValue) < (right.definition, right.state.rawValue)
    }
  }

  private let rows: Rows
  /// Counters change once per transaction, however many instances come and go in it.
  private var counts: [CountKey: CountChange] = [:]

  /// Makes a writer for one open transaction.
  public init(_ rows: Rows) { self.rows = rows }

  /// Writes everything in order; a write with a unit whose version does not match is left out and reported.
  public mutating func write(_ writes: [StoreWrite]) throws(StoreFailure) -> [WriteResult] {
    var results: [WriteResult] = []
    results.reserveCapacity(writes.count)
    for write in writes {
      if let withdrawn = try withdrawal(of: write) {
        results.append(.failed(withdrawn))
      } else if try hasComeInMeanwhile(write) {
        results.append(.conflict)
      } else {
        results.append(try self.write(write) ? .committed : .conflict)
      }
    }
    try writeCounts()
    return results
  }

  /// Writes one thing; false when it does not fit what is stored, and nothing of it was written.
  private mutating func write(_ write: StoreWrite) throws(StoreFailure) -> Bool {
    switch write {
    case .unit(let unit):
      return try self.write(unit)
    case .deployment(let deployed, let command):
      try rows.insert(deployed)
      if let command { try rows.put(command, affecting: nil) }
    case .deletion(let id, let command):
      guard try delete(id) else { return false }
      if let command { try rows.put(command, affecting: id) }
    case .decision(let command):
      try rows.put(command, affecting: nil)
    case .message(let message, let command):
      try self.write(message)
      if let command { try rows.put(command, affecting: nil) }
    case .startTimers(let key, let timers):
      try rows.replaceStartTimers(of: key, by: timers)
    case .hold(let hold, let command):
      try rows.put(hold)
      if let command { try rows.put(command, affecting: nil) }
    case .published(let id):
      try rows.removeOutbox(through: id)
    case .forgottenCommands(let commands):
      for row in commands { try rows.deleteCommand(row: row) }
    case .together(let parts):
      guard try fit(write.units), try areThere(write.deletions) else { return false }
      for part in parts {
        let isWritten = try self.write(part)
        precondition(isWritten, "a unit that fitted before its companions were written fits no longer")
      }
    }
    return true
  }

  /// Whether every unit fits what is stored, or what the units before it leave: looked at before the first is written.
  private func fit(_ units: [UnitOfWork]) throws(StoreFailure) -> Bool {
    var versions: [InstanceID: Int64] = [:]
    for unit in units {
      let id = unit.instance.id
      let version = if let left = versions[id] { left } else { try rows.header(of: id)?.version ?? 0 }
      guard unit.expectedVersion == version else { return false }
      versions[id] = unit.instance.version
    }
    return true
  }

  /// Whether all of these are there to be deleted, each once.
  private func areThere(_ ids: [InstanceID]) throws(StoreFailure) -> Bool {
    for (place, id) in ids.enumerated() {
      guard !ids[..<place].contains(id), try rows.header(of: id) != nil else { return false }
    }
    return true
  }

  /// Whoever posted a command may have taken it back, and told its user that nothing was done: so nothing is.
  private func withdrawal(of write: StoreWrite) throws(StoreFailure) -> StoreFailure? {
    if case .unit(let unit) = write, case nil = unit.command { return nil }
    for command in write.commands {
      guard let row = command.id, try !rows.isWaiting(row: row) else { continue }
      return StoreFailure(
        .busy, path: "command \(row)", "it was taken back before it was decided, because nobody answered in time")
    }
    return nil
  }

  /// Whether another process has posted a command under the same key since the engine looked for it: that row is
  /// decided instead, and its answer is the answer.
  private func hasComeInMeanwhile(_ write: StoreWrite) throws(StoreFailure) -> Bool {
    if case .unit(let unit) = write, case nil = unit.command { return false }
    for command in write.commands where command.id == nil && !command.command.key.isEmpty {
      if try rows.command(key: command.command.key) != nil { return true }
    }
    return false
  }

  private mutating func write(_ unit: UnitOfWork) throws(StoreFailure) -> Bool {
    let id = unit.instance.id
    let header = try rows.header(of: id)
    guard unit.expectedVersion == (header?.version ?? 0) else { return false }
    let history = try rows.append(unit.entries, of: id, after: header?.history ?? .none)
    let tally = InstanceTally(unit.instance)
    if let header {
      try advance(unit, to: tally, from: header.tally, history: history)
    } else {
      try rows.insert(InstanceRow(unit.instance, tally: tally, history: history))
      count(tally, times: 1)
    }
    try writeTokens(unit.instance, unit.changes)
    try writeWaits(unit.instance, unit.changes)
    try writeVariables(unit.instance, unit.changes)
    try writeCompensation(unit.instance, unit.changes)
    for thrown in StoredMessage.thrown(by: unit) { try self.write(.insert(thrown)) }
    if !unit.outbox.isEmpty { try rows.append(unit.outbox, of: id) }
    if let command = unit.command { try rows.put(command, affecting: id) }
    return true
  }

  private func write(_ message: MessageWrite) throws(StoreFailure) {
    switch message {
    case .insert(var message):
      // A signal is for those who wait at this moment of the transaction.
      if message.kind == .signal { message.bound = try rows.newestSubscription() }
      try rows.insert(message)
    case .buffer(let id): try rows.buffer(message: id)
    case .advance(let id, let cursor): try rows.advance(message: id, to: cursor)
    case .remove(let ids):
      for id in ids { try rows.delete(message: id) }
    }
  }

  private mutating func advance(
    _ unit: UnitOfWork, to tally: InstanceTally, from before: InstanceTally, history: HistoryPosition
  ) throws(StoreFailure) {
    guard !unit.changes.changesHeader, tally.countsLike(before) else {
      try rows.update(InstanceRow(unit.instance, tally: tally, history: history))
      count(before, times: -1)
      count(tally, times: 1)
      return
    }
    if tally.isExecuting == before.isExecuting {
      try rows.advance(unit.instance, history: history)
    } else {
      try rows.advance(unit.instance, isExecuting: tally.isExecuting, history: history)
    }
  }

  /// Nearly every step ends one token and begins another: that is one row given on.
  private func writeTokens(_ instance: ProcessInstance, _ changes: ChangeSet) throws(StoreFailure) {
    let tokens = changes.tokens
    if tokens.deleted.count == 1, tokens.inserted.count == 1, let successor = instance.token(tokens.inserted[0]) {
      try rows.replace(tokens.deleted[0], by: successor, of: instance.id)
    } else {
      for id in tokens.deleted { try rows.delete(id, of: instance.id) }
      for id in tokens.inserted {
        if let token = instance.token(id) { try rows.insert(token, of: instance.id, running: instance.definition) }
      }
    }
    for id in tokens.updated {
      if let token = instance.token(id) { try rows.update(token, of: instance.id) }
    }
    for id in changes.scopes.deleted { try rows.delete(id, of: instance.id) }
    for id in changes.scopes.inserted {
      if let scope = instance.scope(id) { try rows.put(scope, of: instance.id) }
    }
  }

  private func writeWaits(_ instance: ProcessInstance, _ changes: ChangeSet) throws(StoreFailure) {
    for id in changes.timers.deleted { try rows.delete(id, of: instance.id) }
    for id in changes.timers.inserted {
      if let timer = instance.timer(id) { try rows.insert(timer, of: instance.id) }
    }
    for id in changes.timers.updated {
      if let timer = instance.timer(id) { try rows.update(timer, of: instance.id) }
    }
    for id in changes.subscriptions.deleted { try rows.delete(id, of: instance.id) }
    if !changes.subscriptions.isEmpty {
      for subscription in instance.subscriptions {
        if changes.subscriptions.inserted.contains(subscription.id) {
          try rows.insert(subscription, of: instance.id)
        } else if changes.subscriptions.updated.contains(subscription.id) {
          try rows.update(subscription, of: instance.id)
        }
      }
    }
    for id in changes.userTasks.deleted { try rows.deleteUserTask(id, of: instance.id) }
    for id in changes.externalTasks.deleted { try rows.deleteExternalTask(id, of: instance.id) }
    if !changes.userTasks.isEmpty {
      for task in instance.userTasks where changes.userTasks.isPresent(task.token) {
        try rows.put(task, of: instance.id)
      }
    }
    if !changes.externalTasks.isEmpty {
      for task in instance.externalTasks where changes.externalTasks.isPresent(task.token) {
        try rows.put(task, of: instance.id)
      }
    }
    for id in changes.incidents.deleted { try rows.delete(id, of: instance.id) }
    if !changes.incidents.inserted.isEmpty {
      for incident in instance.incidents where changes.incidents.inserted.contains(incident.id) {
        try rows.insert(incident, of: instance.id)
      }
    }
    if changes.changesDeferred { try rows.replaceDeferredOutcomes(instance.deferred, of: instance.id) }
  }

  private func writeVariables(_ instance: ProcessInstance, _ changes: ChangeSet) throws(StoreFailure) {
    for variable in changes.variables {
      let value = instance.variables[variable.scope][variable.name]
      try rows.put(value, named: variable.name, in: variable.scope, of: instance.id)
    }
    guard let start = changes.undoLogStart else { return }
    let log = instance.variables.undoLog
    for place in start..<max(start, log.count) { try rows.append(log[place], at: place, of: instance.id) }
  }

  private func writeCompensation(_ instance: ProcessInstance, _ changes: ChangeSet) throws(StoreFailure) {
    for id in changes.records.deleted { try rows.delete(id, of: instance.id) }
    for id in changes.records.inserted {
      if let record = instance.record(id) { try rows.insert(record, of: instance.id) }
    }
    for id in changes.records.updated {
      if let record = instance.record(id) { try rows.update(record, of: instance.id) }
    }
    for id in changes.runs.deleted { try rows.delete(id, of: instance.id) }
    for run in instance.runs where changes.runs.isPresent(run.id) { try rows.put(run, of: instance.id) }
  }

  /// Removes an instance with everything that belongs to it.
  /// Deletes an instance with its history; false when it is gone already.
  private mutating func delete(_ id: InstanceID) throws(StoreFailure) -> Bool {
    guard let header = try rows.header(of: id) else { return false }
    count(header.tally, times: -1)
    try rows.deleteHistory(newest: header.history)
    try rows.delete(id)
    return true
  }

  private mutating func count(_ tally: InstanceTally, times sign: Int) {
    counts[CountKey(definition: tally.definition, state: tally.state), default: CountChange()].add(tally, times: sign)
  }

  private mutating func writeCounts() throws(StoreFailure) {
    for (key, change) in counts.sorted(by: { $0.key < $1.key }) where !change.isZero {
      try rows.add(change, to: key.state, of: key.definition)
    }
    counts = [:]
  }
}

extension StoreWrite {
  /// The instances that it deletes.
  fileprivate var deletions: [InstanceID] {
    switch self {
    case .deletion(let id, _): [id]
    case .together(let parts): parts.flatMap(\.deletions)
    case .unit, .deployment, .decision, .message, .startTimers, .hold, .published, .forgottenCommands: []
    }
  }

  /// The commands that are recorded with it.
  fileprivate var commands: [CommandRecord] {
    switch self {
    case .unit(let unit): unit.command.map { [$0] } ?? []
    case .deployment(_, let command), .deletion(_, let command), .message(_, let command), .hold(_, let command):
      command.map { [$0] } ?? []
    case .decision(let command): [command]
    case .startTimers, .published, .forgottenCommands: []
    case .together(let parts): parts.flatMap(\.commands)
    }
  }
}
