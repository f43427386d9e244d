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

  /// Takes back what no engine has decided; of what was decided only housekeeping is removed.
  public static func withdraw(_ row: Int64, from rows: any StoreRows) throws(StoreFailure) -> CommandRecord? {
    guard let record = try rows.command(row: row) else { return nil }
    if record.answer == nil || record.command.verb.isHousekeeping { try rows.deleteCommand(row: row) }
    return record
  }
}

extension Verb {
  /// Whether it only moves the leases of external tasks: workers ask for that every second, and it says nothing about
  /// what an operator did, so that its row is removed as soon as its answer has been read.
  package var isHousekeeping: Bool {
    switch self {
    case .fetchTasks, .extendLease: true
    case .start, .deploy, .retry, .skip, .resolve, .cancel, .terminate, .compensate, .suspend, .resume, .fireTimer,
      .rescheduleTimer, .setVariables, .finishTask, .send, .signal, .delete, .suspendDefinition, .resumeDefinition:
      false
    }
  }
}
