import EngineCore
import EngineRuntime
import EngineStorage

/// What stands in columns of definitions, for people and for SQL, is held against their content, which engines go by.
extension RowChecks {
  func checkDefinitions(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    var last: DefinitionID?
    while let id = try rows.definition(after: last) {
      last = id
      try readable(report) { () throws(StoreFailure) in
        guard let deployed = try rows.definition(id) else { return }
        try check(deployed, report)
      }
    }
    let strays = try rows.sql(
      """
      SELECT definition, count(*) FROM definition_node n
      WHERE NOT EXISTS (SELECT 1 FROM process_definition d WHERE d.id = n.definition) GROUP BY definition
      """
    ).all { (definition: $0.integer(0), count: $0.integer(1)) }
    for stray in strays {
      report(
        StoreFinding(
          nil, "\(stray.count) rows of definition_node are of definition \(stray.definition), which does not exist"))
    }
  }

  private func check(_ deployed: DeployedDefinition, _ report: (StoreFinding) -> Void) throws(StoreFailure) {
    let definition = deployed.definition
    let name = "definition \(deployed.id)"
    let columns = try rows.sql("SELECT key, name FROM process_definition WHERE id = ?").bind(deployed.id)
      .first { [("key", $0.text(0), definition.key), ("name", $0.text(1), definition.name)] }
    for (what, stored, right) in columns ?? [] where stored != right {
      report(StoreFinding(nil, "the \(what) of \(name) is stored as \(stored), but its content says \(right)"))
    }
    let stored = try rows.sql("SELECT node, id, name, kind FROM definition_node WHERE definition = ? ORDER BY node")
      .bind(deployed.id).all { (place: $0.int(0), words: [$0.text(1), $0.text(2), $0.text(3)]) }
    let known = Dictionary(uniqueKeysWithValues: stored.map { ($0.place, $0.words) })
    for (place, node) in definition.nodes.enumerated() {
      guard let words = known[place] else {
        report(StoreFinding(nil, "node \(place) of \(name), \(node.id), is missing in definition_node"))
        continue
      }
      let right = zip(words, [node.id, node.name, node.kind.storedName])
      for (what, (stored, right)) in zip(["id", "name", "kind"], right) where stored != right {
        report(
          StoreFinding(
            nil, "the \(what) of node \(place) of \(name) is stored as \(stored), but its content says \(right)"))
      }
    }
    for (place, words) in stored where place >= definition.nodes.count || place < 0 {
      report(StoreFinding(nil, "definition_node has a node \(place), \(words[0]), of \(name), whose content has none"))
    }
  }

  /// The views name events by this table.
  func checkEventTypes(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    var stored: [Int: EventType] = [:]
    try rows.sql("SELECT code, name, token_field, node_field, mode_field FROM event_type").forEach {
      (row) throws(StoreFailure) in
      stored[row.int(0)] = EventType(
        code: row.int(0), name: row.text(1), token: row.optionalInteger(2).map(Int.init),
        node: row.optionalInteger(3).map(Int.init), mode: row.optionalInteger(4).map(Int.init))
    }
    for type in EventCodec.types {
      let found = stored.removeValue(forKey: type.code)
      if found == type { continue }
      let sentence = found.map { "is stored as \(Self.text($0)), but must be \(Self.text(type))" } ?? "is missing"
      report(StoreFinding(nil, "the event type \(type.code), \(type.name), \(sentence)"))
    }
    for code in stored.keys.sorted() {
      report(StoreFinding(nil, "there is an event type \(code), which this sagatop does not know"))
    }
  }

  private static func text(_ type: EventType) -> String {
    let fields = [("token", type.token), ("node", type.node), ("mode", type.mode)].compactMap { name, place in
      place.map { "\(name) in field \($0)" }
    }
    return ([type.name] + fields).joined(separator: ", ")
  }
}
