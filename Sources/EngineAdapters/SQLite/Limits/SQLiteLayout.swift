import EngineRuntime
import GRDBSQLite

/// One way to lay out the tables that every step writes, in a plain loop: for choosing, and for whoever doubts the
/// choice.
///
/// The loop does what a sequence of ten steps does to many instances that move side by side: it reads the header of the
/// instance, appends history, rewrites the instance and gives its token on. All layouts hold the same facts.
public struct SQLiteLayout: Sendable {
  /// What it is called in tables.
  public let name: String
  private let history: History
  private let tokens: Tokens

  /// How history is kept.
  private enum History {
    /// A row per unit that names the row before it.
    case chained
    /// The same in a binary form half as long.
    case chainedBinary
    /// A row per unit, found by an index of instance and sequence.
    case indexed
    /// A row per unit in the order of instance and sequence, without a row number.
    case keyed
    /// A row per event that names the row before it.
    case rowPerEvent
  }

  /// How live tokens are kept.
  private enum Tokens {
    /// A row each, in the order of instance and identifier, without a row number.
    case keyed
    /// A row each, under a number made of instance and place.
    case numbered
    /// A list in the row of the instance.
    case inInstance
  }

  /// What the engine's own schema does comes first.
  public static let all = [
    SQLiteLayout(name: "history-chained", history: .chained, tokens: .keyed),
    SQLiteLayout(name: "history-chained-binary", history: .chainedBinary, tokens: .keyed),
    SQLiteLayout(name: "history-row-per-event", history: .rowPerEvent, tokens: .keyed),
    SQLiteLayout(name: "history-indexed", history: .indexed, tokens: .keyed),
    SQLiteLayout(name: "history-keyed", history: .keyed, tokens: .keyed),
    SQLiteLayout(name: "tokens-numbered", history: .chained, tokens: .numbered),
    SQLiteLayout(name: "tokens-in-instance", history: .chained, tokens: .inInstance),
  ]

  /// How many steps an instance has.
  public static let steps = 10
  private static let unitsPerCommit = 900
  private static let start: Int64 = 1_700_000_000_000_000

  /// Lets instances do their steps, as many side by side as the window holds. Answers with the size of the file.
  public func write(instances: Int, window: Int, path: String) throws(StoreFailure) -> Int64 {
    let loop = try LayoutLoop(path: path, schema: schema, history: historySQL, token: tokenSQL)
    defer { loop.close() }
    var open = 0
    for first in stride(from: 1, through: instances, by: window) {
      for step in 0...Self.steps {
        for instance in first..<min(first + window, instances + 1) {
          if open == 0 { try loop.begin() }
          try write(step: Int64(step), of: Int64(instance), loop)
          open += 1
          if open == Self.unitsPerCommit {
            try loop.commit()
            open = 0
          }
        }
      }
    }
    if open > 0 { try loop.commit() }
    return try loop.size()
  }

  private func write(step: Int64, of instance: Int64, _ loop: LayoutLoop) throws(StoreFailure) {
    let at = Self.start + step
    let previous = step == 0 ? 0 : try loop.head(of: instance)
    var head: Int64 = 0
    for (place, events) in texts(step).enumerated() {
      let before = place == 0 ? previous : head
      head = try loop.append(instance, before, step * 2 + Int64(place) + 1, at, events)
    }
    try loop.writeInstance(instance, step: step, at: at, head: head, token: tokens == .inInstance ? 30 : 0)
    guard tokens != .inInstance else { return }
    try loop.writeToken(instance, step: step, last: Int64(Self.steps), at: at)
  }

  /// The events of a unit, as they are stored: one text, or one for each event.
  private func texts(_ step: Int64) -> [[UInt8]] {
    if history == .chainedBinary { return [[UInt8](repeating: 1, count: step == 0 ? 8 : 11)] }
    let events =
      switch step {
      case 0: ["[1,null]", "[10,1,0,0,-1,2,1]"]
      case Int64(Self.steps): ["[12,\(step),\(step - 1),0]", "[2]"]
      default: ["[12,\(step),\(step - 1),0]", "[10,\(step + 1),\(step),0,\(step - 1),2,1]"]
      }
    if history == .rowPerEvent { return events.map { Array($0.utf8) } }
    return [Array("[\(events.joined(separator: ","))]".utf8)]
  }

  private var schema: String {
    let instance = """
      CREATE TABLE process_instance (
        id INTEGER PRIMARY KEY, definition INTEGER NOT NULL, business_key TEXT, state INTEGER NOT NULL,
        suspended INTEGER NOT NULL, corrupted INTEGER NOT NULL, executing INTEGER NOT NULL, incidents INTEGER NOT NULL,
        version INTEGER NOT NULL, sequence INTEGER NOT NULL, next_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL, ended_at INTEGER, history_head INTEGER NOT NULL, tokens BLOB) STRICT;
      CREATE INDEX instance_state ON process_instance (state);
      CREATE INDEX instance_definition ON process_instance (definition, state);
      CREATE INDEX instance_executing ON process_instance (executing) WHERE executing = 1;
      """
    let columns = """
      instance INTEGER NOT NULL, id INTEGER NOT NULL, node INTEGER NOT NULL, scope INTEGER NOT NULL,
      mode INTEGER NOT NULL, flow INTEGER, state INTEGER NOT NULL, wait INTEGER, wait_argument INTEGER,
      attempt INTEGER NOT NULL, failures INTEGER NOT NULL, crashes INTEGER NOT NULL, epoch INTEGER NOT NULL,
      unknown INTEGER NOT NULL, since INTEGER NOT NULL, run INTEGER, record INTEGER
      """
    let token =
      switch tokens {
      case .keyed: "CREATE TABLE token (\(columns), PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;"
      case .numbered, .inInstance: "CREATE TABLE token (place INTEGER PRIMARY KEY, \(columns)) STRICT;"
      }
    let ready = "CREATE INDEX token_ready ON token (instance, id) WHERE state = 1;"
    return instance + token + ready + historySchema
  }

  private var historySchema: String {
    let facts = "instance INTEGER NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, events ANY NOT NULL"
    switch history {
    case .chained, .chainedBinary, .rowPerEvent:
      return "CREATE TABLE history (id INTEGER PRIMARY KEY, previous INTEGER NOT NULL, \(facts)) STRICT;"
    case .indexed:
      return """
        CREATE TABLE history (id INTEGER PRIMARY KEY, \(facts)) STRICT;
        CREATE INDEX history_order ON history (instance, sequence);
        """
    case .keyed:
      return "CREATE TABLE history (\(facts), PRIMARY KEY (instance, sequence)) STRICT, WITHOUT ROWID;"
    }
  }

  private var historySQL: String {
    switch history {
    case .chained, .chainedBinary, .rowPerEvent:
      "INSERT INTO history (instance, previous, sequence, at, events) VALUES (?1, ?2, ?3, ?4, ?5)"
    case .indexed, .keyed: "INSERT INTO history (instance, sequence, at, events) VALUES (?1, ?3, ?4, ?5)"
    }
  }

  /// How a token is found: by instance (`?1`) and its identifier (`?2`), or by its number.
  private var tokenSQL: LayoutLoop.TokenSQL {
    let place = tokens == .numbered
    return LayoutLoop.TokenSQL(
      columns: place ? "place, " : "", values: place ? "?1 * 1024, " : "",
      condition: place ? "place = ?1 * 1024" : "instance = ?1 AND id = ?2")
  }
}
