/// The tables of a store. Numbers for keys, states and times (microseconds since 1970, UTC); JSON for values.
///
/// What is hot: a step reads and rewrites one `process_instance` row, gives one `token` row on, and appends one
/// `history` row. So history is append-only: each row names the row before it of the same instance, the instance names
/// its newest, and reading walks back. None of the columns that such a step changes is in an index; whether an instance
/// has an executing token is a column of its own, because an index of executing tokens would change with every step.
enum SQLiteSchema {
  /// `PRAGMA application_id`: "saga" in ASCII.
  static let applicationID: Int32 = 0x7361_6761

  /// Version 1: tables and indexes.
  static let tables = definitions + instances + tokens + waits + variables + compensation + outbox + commands

  /// Tables whose rows belong to one instance, by their column `instance`.
  static let tablesOfInstances = [
    "token", "scope", "timer", "subscription", "user_task", "external_task", "deferred_outcome", "incident", "variable",
    "variable_undo", "compensation_record", "compensation_run",
    "outbox_progress",
  ]

  private static let definitions = """
    CREATE TABLE process_definition (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, folder TEXT NOT NULL,
      deployed_at INTEGER NOT NULL, content TEXT NOT NULL, UNIQUE (key, version)) STRICT;
    CREATE TABLE definition_node (
      definition INTEGER NOT NULL, node INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
      PRIMARY KEY (definition, node)) STRICT, WITHOUT ROWID;
    CREATE TABLE start_timer (
      key TEXT NOT NULL, place INTEGER NOT NULL, definition INTEGER NOT NULL, due INTEGER NOT NULL, anchor INTEGER,
      planned INTEGER, times_left INTEGER, PRIMARY KEY (key, place)) STRICT, WITHOUT ROWID;
    CREATE TABLE definition_hold (
      definition INTEGER PRIMARY KEY, suspended INTEGER NOT NULL, cursor INTEGER) STRICT;
    CREATE TABLE state_count (
      definition INTEGER NOT NULL, state INTEGER NOT NULL, instances INTEGER NOT NULL, suspended INTEGER NOT NULL,
      with_incidents INTEGER NOT NULL, incidents INTEGER NOT NULL,
      PRIMARY KEY (definition, state)) STRICT, WITHOUT ROWID;

    """

  private static let instances = """
    CREATE TABLE process_instance (
      id INTEGER PRIMARY KEY, definition INTEGER NOT NULL, business_key TEXT, state INTEGER NOT NULL,
      suspended INTEGER NOT NULL, corrupted INTEGER NOT NULL, executing INTEGER NOT NULL, incidents INTEGER NOT NULL,
      version INTEGER NOT NULL, sequence INTEGER NOT NULL, next_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, ended_at INTEGER, history_head INTEGER NOT NULL, parent INTEGER, parent_token INTEGER,
      call_depth INTEGER, error_code TEXT, held INTEGER) STRICT;
    CREATE INDEX instance_state ON process_instance (state);
    CREATE INDEX instance_definition ON process_instance (definition, state);
    CREATE INDEX instance_key ON process_instance (business_key) WHERE business_key IS NOT NULL;
    CREATE INDEX instance_parent ON process_instance (parent) WHERE parent IS NOT NULL;
    CREATE INDEX instance_suspended ON process_instance (suspended) WHERE suspended = 1;
    CREATE INDEX instance_held ON process_instance (definition) WHERE held = 1;
    CREATE INDEX instance_executing ON process_instance (executing) WHERE executing = 1;
    CREATE INDEX instance_incidents ON process_instance (id) WHERE incidents > 0;
    CREATE INDEX instance_ended ON process_instance (definition, ended_at, id) WHERE ended_at IS NOT NULL;
    CREATE TABLE history (
      id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, previous INTEGER NOT NULL, sequence INTEGER NOT NULL,
      at INTEGER NOT NULL, events TEXT NOT NULL) STRICT;
    CREATE TABLE event_type (
      code INTEGER PRIMARY KEY, name TEXT NOT NULL, token_field INTEGER, node_field INTEGER,
      mode_field INTEGER) STRICT;
    CREATE TABLE high_water (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    """

  private static let tokens = """
    CREATE TABLE token (
      instance INTEGER NOT NULL, id INTEGER NOT NULL, definition INTEGER NOT NULL, node INTEGER NOT NULL,
      scope INTEGER NOT NULL, mode INTEGER NOT NULL, flow INTEGER, state INTEGER NOT NULL, wait INTEGER,
      wait_argument INTEGER,
      attempt INTEGER NOT NULL, failures INTEGER NOT NULL, crashes INTEGER NOT NULL, epoch INTEGER NOT NULL,
      unknown INTEGER NOT NULL, since INTEGER NOT NULL, run INTEGER, record INTEGER,
      probing INTEGER, after TEXT, PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX token_ready ON token (definition, node, mode, instance, id) WHERE state = 1;
    CREATE TABLE scope (
      instance INTEGER NOT NULL, id INTEGER NOT NULL, node INTEGER NOT NULL, parent INTEGER NOT NULL,
      token INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;

    """

  private static let waits = """
    CREATE TABLE timer (
      instance INTEGER NOT NULL, id INTEGER NOT NULL, token INTEGER NOT NULL, kind INTEGER NOT NULL,
      argument INTEGER NOT NULL, due INTEGER NOT NULL, anchor INTEGER, planned INTEGER, times_left INTEGER,
      PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX timer_due ON timer (due, instance, id);
    CREATE TABLE subscription (
      place INTEGER PRIMARY KEY AUTOINCREMENT, instance INTEGER NOT NULL, id INTEGER NOT NULL, token INTEGER NOT NULL,
      scope INTEGER NOT NULL, node INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL, correlation_key TEXT,
      opened_at INTEGER NOT NULL, holds INTEGER NOT NULL, UNIQUE (instance, id)) STRICT;
    CREATE INDEX subscription_name ON subscription (kind, name, correlation_key, place);
    CREATE TABLE message (
      id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
      correlation_key TEXT, variables TEXT NOT NULL, sent_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
      phase INTEGER NOT NULL, bound INTEGER NOT NULL, cursor INTEGER NOT NULL) STRICT;
    CREATE INDEX message_waiting ON message (id) WHERE phase = 0;
    CREATE INDEX message_name ON message (name, correlation_key, id) WHERE phase = 1;
    CREATE INDEX message_expiry ON message (expires_at, id) WHERE phase = 1;
    CREATE TABLE user_task (
      instance INTEGER NOT NULL, token INTEGER NOT NULL, assignee TEXT, candidates TEXT NOT NULL, due INTEGER,
      created_at INTEGER NOT NULL, PRIMARY KEY (instance, token)) STRICT, WITHOUT ROWID;
    CREATE INDEX user_task_age ON user_task (created_at, instance, token);
    CREATE TABLE external_task (
      instance INTEGER NOT NULL, token INTEGER NOT NULL, topic TEXT NOT NULL, worker TEXT,
      available_at INTEGER NOT NULL, created_at INTEGER NOT NULL, reference TEXT,
      PRIMARY KEY (instance, token)) STRICT, WITHOUT ROWID;
    CREATE INDEX external_task_topic ON external_task (topic, available_at, instance, token);
    CREATE INDEX external_task_age ON external_task (created_at, instance, token);
    CREATE TABLE deferred_outcome (
      instance INTEGER NOT NULL, place INTEGER NOT NULL, token INTEGER, subscription INTEGER, outcome TEXT NOT NULL,
      PRIMARY KEY (instance, place)) STRICT, WITHOUT ROWID;
    CREATE TABLE incident (
      instance INTEGER NOT NULL, id INTEGER NOT NULL, token INTEGER NOT NULL, kind INTEGER NOT NULL,
      code TEXT NOT NULL, message TEXT NOT NULL, raised_at INTEGER NOT NULL,
      PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX incident_age ON incident (raised_at, instance, id);

    """

  private static let variables = """
    CREATE TABLE variable (
      instance INTEGER NOT NULL, scope INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (instance, scope, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE variable_undo (
      instance INTEGER NOT NULL, place INTEGER NOT NULL, sequence INTEGER NOT NULL, scope INTEGER NOT NULL,
      name TEXT NOT NULL, previous TEXT, PRIMARY KEY (instance, place)) STRICT, WITHOUT ROWID;

    """

  private static let compensation = """
    CREATE TABLE compensation_record (
      instance INTEGER NOT NULL, id INTEGER NOT NULL, node INTEGER NOT NULL, token INTEGER NOT NULL,
      visible_scopes TEXT, owner INTEGER NOT NULL, state INTEGER NOT NULL, after TEXT, shelf INTEGER, child INTEGER,
      owned_since INTEGER, PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE compensation_run (
      instance INTEGER NOT NULL, id INTEGER NOT NULL, target INTEGER NOT NULL, code TEXT NOT NULL,
      message TEXT NOT NULL, continuation INTEGER NOT NULL, phase INTEGER NOT NULL, context TEXT NOT NULL,
      extent TEXT, PRIMARY KEY (instance, id)) STRICT, WITHOUT ROWID;

    """

  /// Numbers of the outbox are never given out again: a receipt that comes twice must not remove what came after.
  private static let outbox = """
    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT, instance INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
      content TEXT NOT NULL, UNIQUE (instance, sequence)) STRICT;
    CREATE TABLE outbox_progress (instance INTEGER PRIMARY KEY, sequence INTEGER NOT NULL) STRICT;

    """

  private static let commands = """
    CREATE TABLE operator_command (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, verb TEXT NOT NULL, instance INTEGER, arguments TEXT NOT NULL,
      expected_version INTEGER, user TEXT NOT NULL, sudo_user TEXT, ssh_client TEXT, host TEXT NOT NULL,
      source TEXT NOT NULL, reason TEXT, issued_at INTEGER NOT NULL, decided_at INTEGER, answer TEXT,
      version_before INTEGER, version_after INTEGER) STRICT;
    CREATE INDEX operator_command_waiting ON operator_command (answer) WHERE answer IS NULL;
    CREATE INDEX operator_command_decided ON operator_command (decided_at, id) WHERE decided_at IS NOT NULL;
    CREATE INDEX operator_command_instance ON operator_command (instance) WHERE instance IS NOT NULL;
    CREATE TABLE engine_lease (
      one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, engine TEXT NOT NULL, host TEXT NOT NULL,
      path TEXT NOT NULL, process INTEGER NOT NULL, taken_at INTEGER NOT NULL, heartbeat_at INTEGER NOT NULL,
      released INTEGER NOT NULL, publishes TEXT NOT NULL) STRICT;
    INSERT INTO engine_lease VALUES (1, 0, '', '', '', 0, 0, 0, 1, '[]');
    """
}
