import EngineCore
import EngineRuntime

/// What happens to the rows of commands that come from processes other than the engine, the same in every store.
public enum InboxRules {
  /// Posts a command, unless its key has a row already.
  public static func post(
    _ command: OperatorCommand, at instant: Timestamp, to rows: any StoreRows
  ) throws(StoreFailure) -> CommandRecord {
    if let known = try rows.command(key: command.key) { return known }
    var record = CommandRecord(command: command, issuedAt: instant)
    record.id = try rows.put(record, affecting: nil)
    return record
  }

  /// Takes back what no engine has decided; of what was decided only fetches are removed, which say nothing about what
  /// an operator did and come every second.
  public static func withdraw(_ row: Int64, from rows: any StoreRows) throws(StoreFailure) -> CommandRecord? {
    guard let record = try rows.command(row: row) else { return nil }
    if record.answer == nil || record.isFetch { try rows.deleteCommand(row: row) }
    return record
  }
}

extension CommandRecord {
  /// Whether it asks for external tasks.
  var isFetch: Bool {
    if case .fetchTasks = command.verb { true } else { false }
  }
}
