import EngineCore
import EngineRuntime
import EngineStorage
import GRDBSQLite

/// What this machine's disk and SQLite allow: a plain loop over the C API that writes what an engine writes.
///
/// Benchmarks print it beside the engine's own figure, so that a fast disk does not flatter and a slow one not shame.
/// The facts are not guessed: they are the units of one model instance, made by the core, and turned into statements
/// and numbers beforehand (`LimitTape`). The loop plays them for one instance after the other. What it leaves is a
/// store that folds to its history, like any other; a test looks at that.
public final class SQLiteLimit {
  private let store: SQLiteStore
  private let connection: OpaquePointer
  private let tape: LimitTape
  private var begin: OpaquePointer?
  private var commit: OpaquePointer?

  /// Makes an empty store file of its own.
  public init(path: String) throws(StoreFailure) {
    // The schema, the write-ahead log and `synchronous=FULL` are those of a real store.
    store = try SQLiteStore(path: path)
    connection = try store.inside { OpenedConnection(pointer: $0.sql.connection) }.pointer
    tape = LimitTape(connection, path: path)
    begin = tape.prepare("BEGIN IMMEDIATE")
    commit = tape.prepare("COMMIT")
  }

  deinit { close() }

  private struct OpenedConnection: @unchecked Sendable { let pointer: OpaquePointer }

  /// Durable commits of a single row, a number of times.
  public func singleRowCommits(_ number: Int) throws(StoreFailure) {
    let statement = tape.prepare("UPDATE engine_lease SET heartbeat_at = ? WHERE one = 1")
    // GRDB's hooks expect to be inside its queue.
    try store.inside { (_) throws(StoreFailure) in
      for index in 0..<number {
        sqlite3_bind_int64(statement, 1, Int64(index))
        try tape.run(statement)
      }
    }
  }

  /// Writes the definition that the instances run.
  public func deploy(_ deployed: DeployedDefinition) throws(StoreFailure) {
    try store.write { (rows) throws(StoreFailure) in try rows.insert(deployed) }
  }

  /// Lets each of a range of instances do the next of the units, in turn, until all have done all, in commits of a
  /// size.
  public func run(_ units: [UnitOfWork], over instances: Range<Int64>, perCommit: Int) throws(StoreFailure) {
    let recorded = units.map { tape.record($0) }
    let definition = units.first?.instance.definition ?? DefinitionID(1)
    // GRDB's hooks expect to be inside its queue, and a transaction to be over at its end.
    try store.inside { (rows) throws(StoreFailure) in
      defer { if sqlite3_get_autocommit(connection) == 0 { sqlite3_exec(connection, "ROLLBACK", nil, nil, nil) } }
      var open = 0
      var counts: [InstanceState: Int] = [:]
      for unit in recorded {
        for instance in instances {
          if open == 0 { try tape.run(begin) }
          try tape.play(unit.operations, for: instance)
          for (state, change) in unit.counts { counts[state, default: 0] += change }
          open += 1
          if open == perCommit {
            try finish(rows, &counts, definition)
            open = 0
          }
        }
      }
      if open > 0 { try finish(rows, &counts, definition) }
    }
  }

  private func finish(
    _ rows: SQLiteRows, _ counts: inout [InstanceState: Int], _ definition: DefinitionID
  ) throws(StoreFailure) {
    for (state, number) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where number != 0 {
      var change = CountChange()
      change.instances = number
      try rows.add(change, to: state, of: definition)
    }
    counts = [:]
    try tape.run(commit)
    try store.engineHasCommitted()
  }

  /// Closes the file.
  public func close() { tape.close() }
}
