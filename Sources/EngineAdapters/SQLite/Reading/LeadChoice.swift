import EngineCore
import EngineRuntime

/// Chooses which index leads to the instances that a filter means: the one with the fewest candidates, by what is known
/// without looking.
struct LeadChoice {
  /// The words that the chosen lead does not guarantee.
  private(set) var remaining: [InstanceFilter.Word]

  /// More parts than this no query is put together from (SQLite allows 500).
  private static let maximumParts = 400

  init(_ filter: InstanceFilter) { remaining = filter.words }

  /// The parts that lead; none when nothing can be meant.
  mutating func choose(
    now: Timestamp, _ rows: SQLiteRows
  ) throws(StoreFailure) -> [(index: String, condition: InstanceQuery.Condition)] {
    if let few = try chooseFew(now: now, rows) { return few }
    if take({ $0 == .isSuspended }) != nil { return part("INDEXED BY instance_suspended", "suspended = 1") }
    if remaining.contains(where: \.needsIncident) {
      _ = take { $0 == .hasIncident }
      return part("INDEXED BY instance_incidents", "incidents > 0")
    }
    if let definitions = try chooseDefinitions(rows) { return definitions }
    if case .state(let state)? = take({ if case .state = $0 { true } else { false } }) {
      return part("INDEXED BY instance_state", "state = \(state.rawValue)")
    }
    return part("", "id > 0")
  }

  /// Words that an index answers in another order than by age lead when they mean few instances.
  private mutating func chooseFew(
    now: Timestamp, _ rows: SQLiteRows
  ) throws(StoreFailure) -> [(index: String, condition: InstanceQuery.Condition)]? {
    for word in remaining {
      let source: String
      let values: [SQLValue]
      switch word {
      case .key(let prefix):
        source = """
          SELECT id FROM process_instance INDEXED BY instance_key WHERE business_key >= ? AND business_key < ?
          """
        values = [.text(prefix), .text(prefix + "\u{10FFFF}")]
      case .due(.less, let length):
        source = "SELECT instance FROM timer INDEXED BY timer_due WHERE due < ?"
        values = [.integer((now + length).microseconds)]
      case .state, .hasIncident, .isSuspended, .definition, .node, .error, .variable, .age, .changed, .due, .text:
        continue
      }
      let count = try rows.sql.composed("SELECT count(*) FROM (\(source) LIMIT \(InstanceQuery.window))").bind(values)
        .first { $0.int(0) }
      guard count ?? 0 < InstanceQuery.window else { continue }
      return [("", InstanceQuery.Condition(sql: "id IN (\(source))", values: values))]
    }
    return nil
  }

  private mutating func chooseDefinitions(
    _ rows: SQLiteRows
  ) throws(StoreFailure) -> [(index: String, condition: InstanceQuery.Condition)]? {
    guard case .definition(let key, let version)? = remaining.first(where: \.isDefinition) else { return nil }
    let ids = try rows.sql("SELECT id, version FROM process_definition WHERE key = ?").bind(key)
      .all { (id: $0.integer(0), version: $0.int(1)) }.filter { version == nil || $0.version == version }
    var states = InstanceState.allCases
    for case .state(let state) in remaining { states = states.filter { $0 == state } }
    guard ids.count * states.count <= Self.maximumParts else { return nil }
    remaining.removeAll { word in
      if case .state = word { return true }
      return word == .definition(key: key, version: version)
    }
    return ids.flatMap { id in
      states.flatMap { state in
        part("INDEXED BY instance_definition", "definition = \(id.id) AND state = \(state.rawValue)")
      }
    }
  }

  private mutating func take(_ isMeant: (InstanceFilter.Word) -> Bool) -> InstanceFilter.Word? {
    remaining.firstIndex(where: isMeant).map { remaining.remove(at: $0) }
  }

  private func part(
    _ index: String, _ sql: String
  ) -> [(index: String, condition: InstanceQuery.Condition)] {
    [(index, InstanceQuery.Condition(sql: sql, values: []))]
  }
}

extension InstanceFilter.Word {
  fileprivate var isDefinition: Bool {
    if case .definition = self { true } else { false }
  }

  /// Whether only instances with an open incident are meant.
  fileprivate var needsIncident: Bool {
    switch self {
    case .hasIncident, .error: true
    case .state, .isSuspended, .definition, .key, .node, .variable, .age, .changed, .due, .text: false
    }
  }
}
