import EngineCore
import EngineRuntime
import EngineStorage
import GRDBSQLite

/// The statements of a unit of work with everything that can be known of their parameters beforehand.
///
/// Each row is written by the cheapest statement that is known for it; none is left out.
final class LimitTape {
  /// One parameter.
  enum Parameter {
    case number(Int64)
    case null
    case text(UnsafeBufferPointer<CChar>)
    /// The instance that the tape is played for.
    case instance
    /// The row of history before the one that is written.
    case previous
    /// The row of history that has just been written.
    case head
  }

  /// One statement.
  struct Operation {
    let statement: OpaquePointer?
    let parameters: [Parameter]
    var role = Role.write

    enum Role { case readHeader, writeHistory, write }
  }

  /// One unit.
  struct Unit {
    var operations: [Operation] = []
    /// How the number of instances in each state changes.
    var counts: [(InstanceState, Int)] = []
  }

  private let connection: OpaquePointer
  private let path: String
  private var statements: [String: OpaquePointer] = [:]
  private var texts: [UnsafeMutableBufferPointer<CChar>] = []
  private var stateBefore = InstanceState.running

  init(_ connection: OpaquePointer, path: String) {
    self.connection = connection
    self.path = path
  }

  func close() {
    for sql in statements.keys.sorted() { sqlite3_finalize(statements[sql]) }
    statements = [:]
    for text in texts { text.deallocate() }
    texts = []
  }

  func prepare(_ sql: String) -> OpaquePointer? {
    if let known = statements[sql] { return known }
    var statement: OpaquePointer?
    sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    statements[sql] = statement
    return statement
  }

  func run(_ statement: OpaquePointer?) throws(StoreFailure) {
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw SQLiteFailure.failure(on: connection, path: path) }
    sqlite3_reset(statement)
  }

  /// Plays one unit for an instance: this is the loop.
  func play(_ operations: [Operation], for instance: Int64) throws(StoreFailure) {
    var previous: Int64 = 0
    var head: Int64 = 0
    for operation in operations {
      let statement = operation.statement
      var place: Int32 = 0
      for parameter in operation.parameters {
        place += 1
        switch parameter {
        case .number(let number): sqlite3_bind_int64(statement, place, number)
        case .null: sqlite3_bind_null(statement, place)
        case .text(let text): sqlite3_bind_text(statement, place, text.baseAddress, Int32(text.count), nil)
        case .instance: sqlite3_bind_int64(statement, place, instance)
        case .previous: sqlite3_bind_int64(statement, place, previous)
        case .head: sqlite3_bind_int64(statement, place, head)
        }
      }
      let code = sqlite3_step(statement)
      guard code == SQLITE_DONE || code == SQLITE_ROW else { throw SQLiteFailure.failure(on: connection, path: path) }
      switch operation.role {
      case .readHeader: previous = sqlite3_column_int64(statement, 0)
      case .writeHistory: head = sqlite3_last_insert_rowid(connection)
      case .write: break
      }
      sqlite3_reset(statement)
    }
  }

  private func text(_ bytes: [UInt8]) -> Parameter {
    let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(bytes.count, 1))
    _ = buffer.initialize(from: bytes.map(CChar.init(bitPattern:)))
    texts.append(buffer)
    return .text(UnsafeBufferPointer(rebasing: buffer[..<bytes.count]))
  }

  private func json(_ write: (inout JSONWriter) -> Void) -> Parameter {
    var writer = JSONWriter(capacity: 256)
    write(&writer)
    return text(writer.bytes)
  }

  private func operation(_ sql: String, _ parameters: [Parameter], _ role: Operation.Role = .write) -> Operation {
    Operation(statement: prepare(sql), parameters: parameters, role: role)
  }

  /// Turns a unit into statements.
  func record(_ unit: UnitOfWork) -> Unit {
    var recorded = Unit()
    let instance = unit.instance
    if unit.expectedVersion > 0 {
      recorded.operations.append(
        operation("SELECT history_head FROM process_instance WHERE id = ?", [.instance], .readHeader))
    }
    let events = json { EventCodec.encode(unit.entries, into: &$0) }
    recorded.operations.append(
      operation(
        "INSERT INTO history (instance, previous, sequence, at, events) VALUES (?, ?, ?, ?, ?)",
        [.instance, .previous, .number(unit.entries[0].sequence), .number(instance.updatedAt.microseconds), events],
        .writeHistory))
    recorded.operations.append(header(unit))
    if unit.expectedVersion == 0 {
      recorded.counts.append((instance.state, 1))
    } else if instance.state != stateBefore {
      recorded.counts += [(stateBefore, -1), (instance.state, 1)]
    }
    stateBefore = instance.state
    recorded.operations += tokens(unit) + timers(unit) + compensation(unit)
    return recorded
  }

  private func header(_ unit: UnitOfWork) -> Operation {
    let instance = unit.instance
    let isExecuting: Int64 = instance.tokens.contains { $0.state == .executing } ? 1 : 0
    let common: [Parameter] = [
      .number(instance.version), .number(instance.sequence), .number(instance.nextID),
      .number(instance.updatedAt.microseconds), .head,
    ]
    if unit.expectedVersion == 0 {
      return operation(
        """
        INSERT INTO process_instance (version, sequence, next_id, updated_at, history_head, id, definition, business_key,
          state, suspended, corrupted, executing, incidents, created_at, ended_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, 0, 0, ?, 0, ?, NULL)
        """,
        common + [
          .instance, .number(instance.definition.rawValue), .number(Int64(instance.state.rawValue)),
          .number(isExecuting), .number(instance.createdAt.microseconds),
        ])
    }
    guard unit.changes.changesHeader || instance.state.isEnd else {
      return operation(
        """
        UPDATE process_instance SET version = ?, sequence = ?, next_id = ?, updated_at = ?, history_head = ?
        WHERE id = ?
        """, common + [.instance])
    }
    return operation(
      """
      UPDATE process_instance SET version = ?, sequence = ?, next_id = ?, updated_at = ?, history_head = ?, state = ?,
        executing = ?, ended_at = ?, error_code = ? WHERE id = ?
      """,
      common + [
        .number(Int64(instance.state.rawValue)), .number(isExecuting),
        instance.endedAt.map { .number($0.microseconds) } ?? .null,
        instance.errorCode.map { text(Array($0.utf8)) } ?? .null, .instance,
      ])
  }

  private func tokens(_ unit: UnitOfWork) -> [Operation] {
    let tokens = unit.changes.tokens
    var operations: [Operation] = []
    if tokens.deleted.count == 1, tokens.inserted.count == 1, let successor = unit.instance.token(tokens.inserted[0]) {
      let columns = """
        UPDATE token SET id = ?, node = ?, scope = ?, mode = ?, flow = ?, state = ?, wait = ?, wait_argument = ?,
          attempt = ?, failures = ?, crashes = ?, epoch = ?, unknown = ?, since = ?, run = ?, record = ?
        WHERE instance = ? AND id = ?
        """
      operations.append(
        operation(columns, parameters(successor) + [.instance, .number(tokens.deleted[0].rawValue)]))
    } else {
      for id in tokens.deleted {
        operations.append(
          operation("DELETE FROM token WHERE instance = ? AND id = ?", [.instance, .number(id.rawValue)]))
      }
      for token in tokens.inserted.compactMap(unit.instance.token) {
        operations.append(
          operation(
            """
            INSERT INTO token (instance, definition, id, node, scope, mode, flow, state, wait, wait_argument, attempt,
              failures, crashes, epoch, unknown, since, run, record)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, [.instance, .number(unit.instance.definition.rawValue)] + parameters(token)))
      }
    }
    for token in tokens.updated.compactMap(unit.instance.token) {
      operations.append(
        operation(
          """
          UPDATE token SET state = ?, wait = ?, wait_argument = ?, attempt = ?, since = ?, failures = ?, crashes = ?,
            epoch = ?, unknown = ? WHERE instance = ? AND id = ?
          """,
          [
            .number(Int64(token.state.rawValue)), token.wait.map { .number(Int64($0.code)) } ?? .null,
            token.wait.map { .number($0.argument) } ?? .null, .number(Int64(token.attempt)),
            .number(token.since.microseconds), .number(Int64(token.failures)), .number(Int64(token.crashes)),
            .number(token.epoch), .number(token.isOutcomeUnknown ? 1 : 0), .instance, .number(token.id.rawValue),
          ]))
    }
    return operations
  }

  private func parameters(_ token: Token) -> [Parameter] {
    [
      .number(token.id.rawValue), .number(Int64(token.node.rawValue)), .number(token.scope.rawValue),
      .number(Int64(token.mode.rawValue)), token.flow.map { .number(Int64($0.rawValue)) } ?? .null,
      .number(Int64(token.state.rawValue)), token.wait.map { .number(Int64($0.code)) } ?? .null,
      token.wait.map { .number($0.argument) } ?? .null, .number(Int64(token.attempt)), .number(Int64(token.failures)),
      .number(Int64(token.crashes)), .number(token.epoch), .number(token.isOutcomeUnknown ? 1 : 0),
      .number(token.since.microseconds), token.compensates.map { .number($0.run.rawValue) } ?? .null,
      token.compensates.map { .number($0.record.rawValue) } ?? .null,
    ]
  }

  private func timers(_ unit: UnitOfWork) -> [Operation] {
    unit.changes.timers.deleted.map { id in
      operation("DELETE FROM timer WHERE instance = ? AND id = ?", [.instance, .number(id.rawValue)])
    }
      + unit.changes.timers.inserted.compactMap(unit.instance.timer).map { timer in
        operation(
          "INSERT INTO timer (instance, id, token, kind, argument, due) VALUES (?, ?, ?, ?, ?, ?)",
          [
            .instance, .number(timer.id.rawValue), .number(timer.token.rawValue), .number(Int64(timer.kind.code)),
            .number(timer.kind.argument), .number(timer.due.microseconds),
          ])
      }
  }

  private func compensation(_ unit: UnitOfWork) -> [Operation] {
    let changes = unit.changes
    var operations = changes.records.inserted.compactMap(unit.instance.record).map { record in
      operation(
        """
        INSERT INTO compensation_record (instance, id, node, token, visible_scopes, owner, state)
        VALUES (?, ?, ?, ?, NULL, ?, ?)
        """,
        [
          .instance, .number(record.id.rawValue), .number(Int64(record.node.rawValue)),
          .number(record.token.rawValue), .number(record.owner.rawValue), .number(Int64(record.state.rawValue)),
        ])
    }
    for record in changes.records.updated.compactMap(unit.instance.record) {
      operations.append(
        operation(
          "UPDATE compensation_record SET state = ? WHERE instance = ? AND id = ?",
          [.number(Int64(record.state.rawValue)), .instance, .number(record.id.rawValue)]))
    }
    for id in changes.runs.deleted {
      operations.append(
        operation("DELETE FROM compensation_run WHERE instance = ? AND id = ?", [.instance, .number(id.rawValue)]))
    }
    for run in unit.instance.runs where changes.runs.isPresent(run.id) {
      operations.append(
        operation(
          """
          INSERT OR REPLACE INTO compensation_run (instance, id, target, code, message, continuation, phase, context)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
          [
            .instance, .number(run.id.rawValue), .number(run.target.rawValue), text(Array(run.code.utf8)),
            text(Array(run.message.utf8)), .number(Int64(run.then.rawValue)), .number(Int64(run.phase.rawValue)),
            json { $0.write(run.context) },
          ]))
    }
    return operations
  }
}
