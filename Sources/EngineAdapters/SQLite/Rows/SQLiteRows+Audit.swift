import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows {
  /// Commands before a row, newest first; of one instance, or of all.
  func audit(of instance: InstanceID?, before row: Int64, limit: Int) throws(StoreFailure) -> [AuditRow] {
    let condition = instance == nil ? "" : "instance = ? AND "
    let statement = try sql.composed(
      """
      SELECT id, issued_at, decided_at, verb, instance, user, sudo_user, ssh_client, host, source, reason, answer,
        version_before, version_after FROM operator_command WHERE \(condition)id < ? ORDER BY id DESC LIMIT ?
      """)
    let bound = instance.map { statement.bind($0) } ?? statement
    return try bound.bind(row).bind(limit).all { (row) throws(StoreFailure) in try auditRow(row) }
  }

  private func auditRow(_ row: Row) throws(StoreFailure) -> AuditRow {
    let outcome: String
    do throws(StoreFailure) {
      let answer = try row.optionalJSON(11)
      let decided = try decoded("its answer") { () throws(DecodingFault) in
        try answer.map { (json) throws(DecodingFault) in try CommandCodec.answer(json) }
      }
      outcome = AuditRow.outcome(of: decided)
    } catch {
      // One row that cannot be read hides no other.
      outcome = "unreadable: \(error.message)"
    }
    return AuditRow(
      id: row.integer(0), issuedAt: row.timestamp(1), decidedAt: row.optionalTimestamp(2), verb: row.text(3),
      instance: row.optionalInteger(4).map { InstanceID($0) }, issuer: Self.issuer(row, from: 5),
      reason: row.optionalText(10), outcome: outcome, versionBefore: row.optionalInteger(12),
      versionAfter: row.optionalInteger(13))
  }

  /// Units of work since the store was made: history has one row for each, and remembers those that were deleted.
  func unitsCommitted() throws(StoreFailure) -> Int64 {
    let newest = try sql("SELECT coalesce(max(id), 0) FROM history").first { $0.integer(0) } ?? 0
    return max(newest, try highWater("history"))
  }
}
