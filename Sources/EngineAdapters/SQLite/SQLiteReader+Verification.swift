import EngineRuntime
import EngineStorage

extension SQLiteReader: VerifiableStore {
  /// Runs something that only reads, on one state of the store.
  public func read<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try reading { (rows) throws(StoreFailure) in try body(rows) }
  }

  /// What SQLite itself finds wrong, what differs from the schema, and rows that cannot be read or belong to nothing.
  /// Reads every page of the file.
  public func damage(_ report: (StoreFinding) -> Void) throws(StoreFailure) -> Bool {
    try reading { (rows) throws(StoreFailure) in
      try StoreFinding.unlessDamaged("the pages of the file", report) { () throws(StoreFailure) in
        for sentence in try rows.sql("PRAGMA integrity_check(100)").all({ $0.text(0) }) where sentence != "ok" {
          report(StoreFinding(nil, "SQLite finds the file damaged: \(sentence)"))
        }
      }
      var hasTables = false
      try StoreFinding.unlessDamaged("the schema", report) { () throws(StoreFailure) in
        hasTables = try SchemaCheck(rows).run(report)
      }
      guard hasTables else { return false }
      let checks = RowChecks(rows)
      for check in RowChecks.Part.allCases {
        try StoreFinding.unlessDamaged(check.rawValue, report) { () throws(StoreFailure) in
          try checks.run(check, report)
        }
      }
      return true
    }
  }
}
