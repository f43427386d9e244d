import EngineRuntime
import EngineStorage

extension SQLiteReader: VerifiableStore {
  /// Runs something that only reads, on one state of the store.
  public func read<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try reading { (rows) throws(StoreFailure) in try body(rows) }
  }

  /// What SQLite itself finds wrong, and rows that belong to no instance. Reads every page of the file.
  public func damage() throws(StoreFailure) -> [String] {
    try reading { (rows) throws(StoreFailure) in
      var sentences = try rows.sql("PRAGMA integrity_check(100)").all { $0.text(0) }.filter { $0 != "ok" }
        .map { "SQLite finds the file damaged: \($0)" }
      for table in SQLiteSchema.tablesOfInstances {
        let strays = try rows.sql.composed(
          """
          SELECT count(*), min(instance) FROM \(table) t
          WHERE NOT EXISTS (SELECT 1 FROM process_instance i WHERE i.id = t.instance)
          """
        ).first { (count: $0.integer(0), first: $0.integer(1)) }
        if let strays, strays.count > 0 {
          sentences.append(
            "\(strays.count) rows of \(table) belong to no instance; the first names instance \(strays.first)")
        }
      }
      let counts = try rows.sql(
        "SELECT (SELECT count(*) FROM history), (SELECT coalesce(sum(version), 0) FROM process_instance)"
      ).first { (history: $0.integer(0), versions: $0.integer(1)) }
      if let counts, counts.history != counts.versions {
        sentences.append("there are \(counts.history) rows of history for \(counts.versions) units of work")
      }
      return sentences
    }
  }
}
