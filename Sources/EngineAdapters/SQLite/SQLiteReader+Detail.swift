import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteReader {
  /// How many commands a detail lists.
  private static let commandsInDetail = 100

  /// One instance with its newest history, all of one moment.
  public func detail(_ id: InstanceID, historyLimit: Int) throws(StoreFailure) -> InstanceDetail? {
    try reading { (rows) throws(StoreFailure) in
      guard let summary = try summary(of: id, rows), let instance = try rows.loadInstance(id) else { return nil }
      let history = try rows.history(of: id, limit: historyLimit)
      return InstanceDetail(
        summary: summary, instance: instance, deployed: try deployed(instance.definition, rows), history: history,
        hasOlderHistory: (history.first?.sequence ?? instance.sequence + 1) > 1,
        commands: try rows.audit(of: id, before: .max, limit: Self.commandsInDetail))
    }
  }

  /// History of an instance, ascending; `before` pages backwards.
  public func history(
    of id: InstanceID, before sequence: Int64?, limit: Int
  ) throws(StoreFailure) -> [HistoryEntry] {
    try reading { (rows) throws(StoreFailure) in try rows.history(of: id, before: sequence, limit: limit) }
  }

  /// One instance as lists show it: a handful of point look-ups, whatever the size of the store.
  func summary(of id: InstanceID, _ rows: SQLiteRows) throws(StoreFailure) -> InstanceSummary? {
    guard let row = try rows.row(of: id) else { return nil }
    let deployed = try deployed(row.tally.definition, rows)
    if row.tally.state.isEnd {
      return InstanceSummary(row, deployed: deployed, tokens: [], tokenCount: 0, nextTimer: nil)
    }
    let tokens = try rows.tokens(of: id, limit: InstanceSummary.maximumTokens)
    var count = tokens.count
    if count == InstanceSummary.maximumTokens {
      count = try rows.sql("SELECT count(*) FROM token WHERE instance = ?").bind(id).first { $0.int(0) } ?? count
    }
    let nextTimer = try rows.sql("SELECT min(due) FROM timer WHERE instance = ?").bind(id)
      .first { $0.optionalTimestamp(0) }
    return InstanceSummary(row, deployed: deployed, tokens: tokens, tokenCount: count, nextTimer: nextTimer ?? nil)
  }

  /// What lists say of the token behind a row.
  struct TokenFacts {
    let node: String
    let mode: TokenMode
    let attempt: Int
    let failures: Int
    let attemptsAllowed: Int
  }

  func tokenFacts(
    of token: TokenID, in instance: InstanceSummary, _ rows: SQLiteRows
  ) throws(StoreFailure) -> TokenFacts? {
    let definition = try deployed(instance.definition, rows).definition
    return try rows.sql("SELECT node, mode, attempt, failures FROM token WHERE instance = ? AND id = ?")
      .bind(instance.id).bind(token).first { (row) throws(StoreFailure) in
        let mode: TokenMode = try row.code(1)
        return TokenFacts(
          node: definition.name(of: row.node(0)), mode: mode, attempt: row.int(2), failures: row.int(3),
          attemptsAllowed: definition.attemptsAllowed(at: row.node(0), mode: mode))
      }
  }

  /// The node that a timer stands for: its boundary event, or where its token stands.
  func node(of timer: Timer, in instance: InstanceSummary, _ rows: SQLiteRows) throws(StoreFailure) -> String {
    if let event = timer.kind.event {
      return try deployed(instance.definition, rows).definition.name(of: event)
    }
    return try tokenFacts(of: timer.token, in: instance, rows)?.node ?? ""
  }

  func task(
    of token: TokenID, in instance: InstanceSummary, _ rows: SQLiteRows
  ) throws(StoreFailure) -> TaskRow.Kind? {
    let user = try rows.sql(
      "SELECT token, assignee, candidates, due, created_at FROM user_task WHERE instance = ? AND token = ?"
    ).bind(instance.id).bind(token).first { (row) throws(StoreFailure) in try SQLiteRows.userTask(row) }
    if let user { return .user(user) }
    return try rows.sql(
      """
      SELECT token, topic, worker, available_at, created_at, reference FROM external_task
      WHERE instance = ? AND token = ?
      """
    ).bind(instance.id).bind(token).first { .external(SQLiteRows.externalTask($0)) }
  }
}
