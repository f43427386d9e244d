import EngineCore
import EngineRuntime
import EngineStorage

/// A filter as SQL: an index leads to candidates, newest first, and what the index does not know is asked of each of
/// them. A page looks at no more than `window` candidates, so no list ever costs more than that.
struct InstanceQuery {
  /// How many candidates one page looks at.
  static let window = 10_000

  /// Conditions on `process_instance`, each with an index that serves it newest first; a candidate fulfils one of them.
  private let leads: [Lead]
  /// What the leads do not guarantee, as conditions on an instance `i`.
  private let rest: [Condition]
  /// The whole filter, as conditions on an instance `i`.
  private let all: [Condition]
  /// The instance whose identifier was typed: it is looked for whatever its age.
  let named: InstanceID?

  struct Condition {
    let sql: String
    let values: [SQLValue]
  }

  private struct Lead {
    let index: String
    let condition: Condition
  }

  init(_ filter: InstanceFilter, now: Timestamp, _ rows: SQLiteRows) throws(StoreFailure) {
    var choice = LeadChoice(filter)
    leads = try choice.choose(now: now, rows).map { Lead(index: $0.index, condition: $0.condition) }
    let remaining = choice.remaining
    rest = remaining.map { Self.condition($0, now: now) }
    all = filter.words.map { Self.condition($0, now: now) }
    named = filter.words.lazy.compactMap(\.namedInstance).first
  }

  /// Whether the leads alone say which instances are meant.
  var isExact: Bool { rest.isEmpty }

  /// Hands on candidates before an identifier, newest first, until `body` says that it has had enough or the window is
  /// used up. Says where it stopped for want of a larger window. `wanted` is how many instances are looked for.
  func forEachCandidate(
    before: InstanceID?, wanted: Int, _ rows: SQLiteRows, _ body: (InstanceID) throws(StoreFailure) -> Bool
  ) throws(StoreFailure) -> InstanceID? {
    if leads.isEmpty { return nil }
    // When the index alone decides, a page needs no more candidates than rows; one may be the instance that was named.
    let window = isExact ? min(wanted, Self.window) + 2 : Self.window
    let last = before?.rawValue ?? .max
    let values = leads.flatMap { $0.condition.values + [.integer(last)] }
    let candidates: [InstanceID] = try rows.sql.composed(sql(window: window)).bind(values).all { $0.id(0) }
    for candidate in candidates {
      if try !body(candidate) { return nil }
    }
    return candidates.count == window ? candidates.last : nil
  }

  /// Selects candidates. Parts that come from different places of an index are merged.
  private func sql(window: Int) -> String {
    let parts = leads.map { lead in
      """
      SELECT id FROM process_instance \(lead.index) WHERE \(lead.condition.sql) AND id < ? ORDER BY id DESC \
      LIMIT \(window)
      """
    }
    if parts.count == 1 { return parts[0] }
    return parts.map { "SELECT id FROM (\($0))" }.joined(separator: " UNION ALL ") + " ORDER BY id DESC LIMIT \(window)"
  }

  /// Whether an instance fulfils what the leads do not guarantee.
  func isMeant(_ candidate: InstanceID, _ rows: SQLiteRows) throws(StoreFailure) -> Bool {
    isExact ? true : try holds(rest, for: candidate, rows)
  }

  /// Whether the filter means an instance that was found in another way.
  func holds(for instance: InstanceID, _ rows: SQLiteRows) throws(StoreFailure) -> Bool {
    try holds(all, for: instance, rows)
  }

  private func holds(
    _ conditions: [Condition], for instance: InstanceID, _ rows: SQLiteRows
  ) throws(StoreFailure) -> Bool {
    let text = conditions.map { " AND (\($0.sql))" }.joined()
    return try rows.sql.composed("SELECT 1 FROM process_instance i WHERE i.id = ?\(text)")
      .bind(instance).bind(conditions.flatMap(\.values)).first { _ in true } ?? false
  }
}

extension InstanceQuery {
  /// A word as a condition on an instance `i`.
  static func condition(_ word: InstanceFilter.Word, now: Timestamp) -> Condition {
    switch word {
    case .state(let state): return Condition(sql: "i.state = \(state.rawValue)", values: [])
    case .hasIncident: return Condition(sql: "i.incidents > 0", values: [])
    case .isSuspended: return Condition(sql: "i.suspended = 1", values: [])
    case .definition(let key, let version):
      let sql = "i.definition IN (SELECT id FROM process_definition WHERE key = ?"
      guard let version else { return Condition(sql: sql + ")", values: [.text(key)]) }
      return Condition(sql: sql + " AND version = ?)", values: [.text(key), .integer(Int64(version))])
    case .key(let prefix):
      return Condition(
        sql: "i.business_key >= ? AND i.business_key < ?", values: [.text(prefix), .text(prefix + "\u{10FFFF}")])
    case .node(let node): return Condition(sql: standsOn("n.id = ?"), values: [.text(node)])
    case .error(let text):
      return Condition(
        sql: """
          EXISTS (SELECT 1 FROM incident x WHERE x.instance = i.id
            AND (x.code = ? OR instr(lower(x.message), lower(?)) > 0))
          """, values: [.text(text), .text(text)])
    case .variable(let name, let text):
      let texts = FilterMatcher.texts(text)
      let places = texts.map { _ in "?" }.joined(separator: ", ")
      return Condition(
        sql: """
          EXISTS (SELECT 1 FROM variable v WHERE v.instance = i.id AND v.scope = 0 AND v.name = ?
            AND v.value IN (\(places)))
          """, values: [.text(name)] + texts.map { .text($0) })
    case .age(let side, let length): return older("i.created_at", side, length, now)
    case .changed(let side, let length): return older("i.updated_at", side, length, now)
    case .due(let side, let length):
      return Condition(
        sql: "(SELECT min(m.due) FROM timer m WHERE m.instance = i.id) \(side.rawValue) ?",
        values: [.integer((now + length).microseconds)])
    case .text(let text):
      let number = Int64(text) ?? -1
      return Condition(
        sql: "i.id = ? OR instr(lower(i.business_key), lower(?)) > 0 OR "
          + standsOn("instr(lower(n.id), lower(?)) > 0"),
        values: [.integer(number), .text(text), .text(text)])
    }
  }

  private static func standsOn(_ node: String) -> String {
    """
    EXISTS (SELECT 1 FROM token t JOIN definition_node n ON n.definition = i.definition AND n.node = t.node
      WHERE t.instance = i.id AND \(node))
    """
  }

  /// Longer ago is a smaller instant.
  private static func older(
    _ column: String, _ side: InstanceFilter.Comparison, _ length: Duration, _ now: Timestamp
  ) -> Condition {
    let comparison =
      switch side {
      case .greater: "<"
      case .less: ">"
      }
    return Condition(
      sql: "\(column) \(comparison) ?", values: [.integer((now + (.zero - length)).microseconds)])
  }
}
