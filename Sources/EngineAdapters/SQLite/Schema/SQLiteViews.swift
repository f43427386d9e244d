import EngineCore

/// Views with readable states and times: a public interface (`sqlite3 store.db 'select * from v_instance'`). Columns
/// are added, never renamed or removed.
enum SQLiteViews {
  static let all = [
    definition, instance, token, timer, subscription, message, compensation, task, incident, event, command, outbox,
    engine,
  ]
  .joined(separator: "\n")

  private static let definition = """
    CREATE VIEW v_definition AS SELECT d.id, d.key, d.version, d.name, d.folder, \(time("d.deployed_at")) AS deployed_at,
      coalesce(sum(c.instances), 0) AS instances,
      coalesce(sum(c.instances) FILTER (WHERE c.state IN (0, 1, 7)), 0) AS live,
      coalesce(sum(c.incidents), 0) AS incidents,
      EXISTS (SELECT 1 FROM definition_hold h WHERE h.definition = d.id AND h.suspended = 1) AS suspended
      FROM process_definition d LEFT JOIN state_count c ON c.definition = d.id GROUP BY d.id;
    """

  private static let instance = """
    CREATE VIEW v_instance AS SELECT i.id, i.business_key, d.key AS process, d.version AS process_version,
      \(words("i.state", InstanceState.allCases.map { ($0.rawValue, $0.name) })) AS state, i.suspended, i.corrupted,
      i.incidents, i.version, \(time("i.created_at")) AS created_at, \(time("i.updated_at")) AS updated_at,
      \(time("i.ended_at")) AS ended_at, i.parent, i.error_code
      FROM process_instance i JOIN process_definition d ON d.id = i.definition;
    """

  private static let token = """
    CREATE VIEW v_token AS SELECT t.instance, t.id, n.id AS node,
      \(words("t.state", TokenState.allCases.map { ($0.rawValue, $0.name) })) AS state,
      \(words("t.mode", TokenMode.allCases.map { ($0.rawValue, $0.name) })) AS mode,
      \(words("t.wait", waits)) AS waits_for, t.attempt, t.failures, t.crashes, t.epoch,
      t.unknown AS outcome_unknown, \(time("t.since")) AS since
      FROM token t JOIN process_instance i ON i.id = t.instance
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = t.node;
    """

  private static let timer = """
    CREATE VIEW v_timer AS SELECT m.instance, m.id, m.token, n.id AS node,
      \(words("m.kind", timerKinds)) AS kind, \(time("m.due")) AS due
      FROM timer m JOIN process_instance i ON i.id = m.instance
      LEFT JOIN token t ON t.instance = m.instance AND t.id = m.token
      LEFT JOIN definition_node n ON n.definition = i.definition
        AND n.node = CASE WHEN m.kind IN (3, 5, 6) THEN m.argument ELSE t.node END;
    """

  private static let subscription = """
    CREATE VIEW v_subscription AS SELECT s.instance, s.id, s.token, n.id AS node,
      \(words("s.kind", Subscription.Kind.allCases.map { ($0.rawValue, $0.name) })) AS kind, s.name, s.correlation_key,
      \(time("s.opened_at")) AS opened_at
      FROM subscription s JOIN process_instance i ON i.id = s.instance
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = s.node;
    """

  private static let message = """
    CREATE VIEW v_message AS SELECT id, event, \(words("kind", [(1, "message"), (2, "signal")])) AS kind, name,
      correlation_key, \(words("phase", [(0, "waiting"), (1, "buffered")])) AS phase, variables,
      \(time("sent_at")) AS sent_at, CASE kind WHEN 1 THEN \(time("expires_at")) END AS expires_at FROM message;
    """

  private static let compensation = """
    CREATE VIEW v_compensation AS SELECT r.instance, r.id AS sequence, n.id AS node,
      \(words("r.state", CompensationRecord.State.allCases.map { ($0.rawValue, $0.name) })) AS state,
      s.id AS run, \(words("s.phase", CompensationRun.Phase.allCases.map { ($0.rawValue, $0.name) })) AS phase, s.code
      FROM compensation_record r JOIN process_instance i ON i.id = r.instance
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = r.node
      LEFT JOIN compensation_run s ON s.instance = r.instance AND s.id =
        (SELECT MIN(x.id) FROM compensation_run x WHERE x.instance = r.instance AND x.target = r.owner);
    """

  private static let task = """
    CREATE VIEW v_task AS
      SELECT x.instance, x.token, x.kind, x.held_by, x.topic, x.due, x.created_at, n.id AS node, x.reference FROM (
        SELECT instance, token, 'user' AS kind, assignee AS held_by, NULL AS topic, \(time("due")) AS due,
          \(time("created_at")) AS created_at, NULL AS reference FROM user_task
        UNION ALL SELECT instance, token, 'external', worker, topic,
          CASE WHEN reference IS NULL THEN \(time("available_at")) END, \(time("created_at")), reference
          FROM external_task) x
      JOIN process_instance i ON i.id = x.instance
      LEFT JOIN token t ON t.instance = x.instance AND t.id = x.token
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = t.node;
    """

  private static let incident = """
    CREATE VIEW v_incident AS SELECT x.instance, x.id, x.token, n.id AS node,
      \(words("x.kind", Incident.Kind.allCases.map { ($0.rawValue, $0.name) })) AS kind, x.code, x.message,
      \(time("x.raised_at")) AS raised_at FROM incident x JOIN process_instance i ON i.id = x.instance
      LEFT JOIN token t ON t.instance = x.instance AND t.id = x.token
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = t.node;
    """

  private static let event = """
    CREATE VIEW v_event AS SELECT h.instance, h.sequence + e.key AS sequence, \(time("h.at")) AS at, y.name AS type,
      e.value ->> y.token_field AS token, n.id AS node,
      CASE e.value ->> y.mode_field WHEN 0 THEN 'forward' WHEN 1 THEN 'compensation' END AS mode, e.value AS fields
      FROM history h JOIN process_instance i ON i.id = h.instance, json_each(h.events) e
      LEFT JOIN event_type y ON y.code = e.value ->> 0
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = e.value ->> y.node_field;
    """

  private static let command = """
    CREATE VIEW v_command AS SELECT id, key, verb, instance, arguments, user, sudo_user, ssh_client, host, source,
      reason, CASE WHEN answer IS NULL THEN 'waiting' ELSE coalesce(answer ->> 'refused', 'done') END AS outcome,
      \(time("issued_at")) AS issued_at, \(time("decided_at")) AS decided_at, answer, version_before, version_after
      FROM operator_command;
    """

  private static let outbox = """
    CREATE VIEW v_outbox AS SELECT id, instance, sequence, type, content FROM outbox;
    """

  private static let engine = """
    CREATE VIEW v_engine AS SELECT epoch, engine, host, path, process, \(time("taken_at")) AS taken_at,
      \(time("heartbeat_at")) AS heartbeat_at, released, publishes FROM engine_lease WHERE epoch > 0;
    """

  private static let waits = [
    (1, "timer"), (2, "user task"), (3, "external task"), (4, "join"), (5, "subprocess"),
    (6, "called instance"), (7, "event"), (8, "events"), (20, "compensation"),
  ]
  private static let timerKinds = [
    (1, "delay"), (2, "retry"), (3, "timeout"), (4, "grace"), (5, "delay"), (6, "start"),
    (8, "limit"),
  ]

  /// Microseconds as ISO 8601.
  private static func time(_ column: String) -> String {
    "strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000, 'unixepoch') || printf('.%06dZ', \(column) % 1000000)"
  }

  private static func words(_ column: String, _ words: [(Int, String)]) -> String {
    let cases = words.map { "WHEN \($0.0) THEN '\($0.1)'" }
    return "CASE \(column) \(cases.joined(separator: " ")) END"
  }
}
