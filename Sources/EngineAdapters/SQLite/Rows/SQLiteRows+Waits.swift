import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: TimerStore {
  func timers(of instance: InstanceID) throws(StoreFailure) -> [Timer] {
    try sql(
      "SELECT id, token, kind, argument, due, anchor, planned, times_left FROM timer WHERE instance = ? ORDER BY id"
    )
    .bind(instance).all { (row) throws(StoreFailure) in
      try Self.named("timer \(row.integer(0)) of instance \(instance)") { () throws(StoreFailure) in try timer(row) }
    }
  }

  /// A timer from its columns `id, token, kind, argument, due, anchor, planned, times_left`.
  func timer(_ row: Row, from column: Int32 = 0) throws(StoreFailure) -> Timer {
    let kind = try decoded("its kind") { () throws(DecodingFault) in
      try Timer.Kind(code: row.int(column + 2), argument: row.integer(column + 3))
    }
    var cycle: CycleProgress?
    if let anchor = row.optionalTimestamp(column + 5), let planned = row.optionalTimestamp(column + 6) {
      let left = row.isNull(column + 7) ? nil : Int(try row.count(column + 7))
      cycle = CycleProgress(anchor: anchor, planned: planned, left: left)
    }
    return Timer(
      id: row.id(column), token: row.id(column + 1), kind: kind, due: row.timestamp(column + 4), cycle: cycle)
  }

  func insert(_ timer: Timer, of instance: InstanceID) throws(StoreFailure) {
    try sql(
      """
      INSERT INTO timer (instance, id, token, kind, argument, due, anchor, planned, times_left)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(instance).bind(timer.id).bind(timer.token).bind(timer.kind.code).bind(timer.kind.argument).bind(timer.due)
    .bind(timer.cycle?.anchor.microseconds).bind(timer.cycle?.planned.microseconds)
    .bind(timer.cycle?.left.map { Int64($0) }).run()
  }

  func update(_ timer: Timer, of instance: InstanceID) throws(StoreFailure) {
    try sql("UPDATE timer SET due = ? WHERE instance = ? AND id = ?")
      .bind(timer.due).bind(instance).bind(timer.id).run()
  }

  func delete(_ timer: TimerID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM timer WHERE instance = ? AND id = ?").bind(instance).bind(timer).run()
  }

  func pendingTimers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition] {
    try sql(
      "SELECT due, instance, id FROM timer WHERE (due, instance, id) > (?, ?, ?) ORDER BY due, instance, id LIMIT ?"
    )
    .bind(position?.due.microseconds ?? .min).bind(position?.instance.rawValue ?? .min)
    .bind(position?.timer.rawValue ?? .min).bind(limit)
    .all { TimerPosition(due: $0.timestamp(0), instance: $0.id(1), timer: $0.id(2)) }
  }
}

extension SQLiteRows: TaskStore {
  func userTasks(of instance: InstanceID) throws(StoreFailure) -> [UserTask] {
    try sql("SELECT token, assignee, candidates, due, created_at FROM user_task WHERE instance = ? ORDER BY token")
      .bind(instance).all { (row) throws(StoreFailure) in
        try Self.named("the user task of token \(row.integer(0)) of instance \(instance)") {
          () throws(StoreFailure) in try Self.userTask(row)
        }
      }
  }

  /// A user task from its columns `token, assignee, candidates, due, created_at`.
  static func userTask(_ row: Row, from column: Int32 = 0) throws(StoreFailure) -> UserTask {
    UserTask(
      token: row.id(column), assignee: row.optionalText(column + 1),
      candidates: (try row.json(column + 2).listValue ?? []).compactMap(\.stringValue),
      due: row.optionalTimestamp(column + 3), createdAt: row.timestamp(column + 4))
  }

  func put(_ task: UserTask, of instance: InstanceID) throws(StoreFailure) {
    let candidates = json(.list(task.candidates.map(Value.string)))
    try sql(
      """
      INSERT OR REPLACE INTO user_task (instance, token, assignee, candidates, due, created_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """
    )
    .bind(instance).bind(task.token).bind(task.assignee).bind(utf8: candidates).bind(task.due?.microseconds)
    .bind(task.createdAt).run()
  }

  func deleteUserTask(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM user_task WHERE instance = ? AND token = ?").bind(instance).bind(token).run()
  }

  func externalTasks(of instance: InstanceID) throws(StoreFailure) -> [ExternalTask] {
    try sql(
      """
      SELECT token, topic, worker, available_at, created_at, reference FROM external_task WHERE instance = ?
      ORDER BY token
      """
    )
    .bind(instance).all { Self.externalTask($0) }
  }

  /// An external task from its columns `token, topic, worker, available_at, created_at, reference`.
  static func externalTask(_ row: Row, from column: Int32 = 0) -> ExternalTask {
    var task = ExternalTask(token: row.id(column), topic: row.text(column + 1), createdAt: row.timestamp(column + 4))
    task.worker = row.optionalText(column + 2)
    task.availableAt = row.timestamp(column + 3)
    task.reference = row.optionalText(column + 5)
    return task
  }

  func put(_ task: ExternalTask, of instance: InstanceID) throws(StoreFailure) {
    try sql(
      """
      INSERT OR REPLACE INTO external_task (instance, token, topic, worker, available_at, created_at, reference)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(instance).bind(task.token).bind(task.topic).bind(task.worker).bind(task.availableAt)
    .bind(task.createdAt).bind(task.reference).run()
  }

  func deleteExternalTask(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM external_task WHERE instance = ? AND token = ?").bind(instance).bind(token).run()
  }

  func availableTasks(
    topic: String, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try sql(
      """
      SELECT e.instance, e.token FROM external_task e CROSS JOIN process_instance i ON i.id = e.instance
      WHERE e.topic = ? AND e.available_at <= ? AND i.suspended = 0 AND i.corrupted = 0
      ORDER BY e.available_at, e.instance, e.token LIMIT ?
      """
    )
    .bind(topic).bind(instant).bind(limit).all { TokenPosition(instance: $0.id(0), token: $0.id(1)) }
  }

  func deferredOutcomes(of instance: InstanceID) throws(StoreFailure) -> [DeferredOutcome] {
    try sql("SELECT token, subscription, outcome FROM deferred_outcome WHERE instance = ? ORDER BY place")
      .bind(instance).all { (row) throws(StoreFailure) in
        let value = try Self.named("a deferred outcome of instance \(instance)") {
          () throws(StoreFailure) in try row.json(2)
        }
        return try decoded("a deferred outcome of instance \(instance)") { () throws(DecodingFault) in
          if let subscription = row.optionalInteger(1) {
            return .event(SubscriptionID(subscription), try EventDelivery(json: value))
          }
          if let code = value["escalation"]?.stringValue { return .escalation(row.id(0), code: code) }
          return .work(row.id(0), try WorkOutcome(json: value))
        }
      }
  }

  func replaceDeferredOutcomes(_ outcomes: [DeferredOutcome], of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM deferred_outcome WHERE instance = ?").bind(instance).run()
    for (place, deferred) in outcomes.enumerated() {
      let insert = try sql(
        "INSERT INTO deferred_outcome (instance, place, token, subscription, outcome) VALUES (?, ?, ?, ?, ?)")
      switch deferred {
      case .work(let token, let outcome):
        let text = json(outcome.json)
        try insert.bind(instance).bind(place).bind(token).bind(nil as Int64?).bind(utf8: text).run()
      case .event(let subscription, let delivery):
        let text = json(delivery.json)
        try insert.bind(instance).bind(place).bind(nil as Int64?).bind(subscription).bind(utf8: text).run()
      case .escalation(let token, let code):
        let text = json(["escalation": .string(code)])
        try insert.bind(instance).bind(place).bind(token).bind(nil as Int64?).bind(utf8: text).run()
      }
    }
  }
}

extension SQLiteRows: IncidentStore {
  func incidents(of instance: InstanceID) throws(StoreFailure) -> [Incident] {
    try sql("SELECT id, token, kind, code, message, raised_at FROM incident WHERE instance = ? ORDER BY id")
      .bind(instance).all { (row) throws(StoreFailure) in
        try Self.named("incident \(row.integer(0)) of instance \(instance)") {
          () throws(StoreFailure) in try Self.incident(row)
        }
      }
  }

  /// An incident from its columns `id, token, kind, code, message, raised_at`.
  static func incident(_ row: Row, from column: Int32 = 0) throws(StoreFailure) -> Incident {
    Incident(
      id: row.id(column), token: row.id(column + 1), kind: try row.code(column + 2), code: row.text(column + 3),
      message: row.text(column + 4), raisedAt: row.timestamp(column + 5))
  }

  func insert(_ incident: Incident, of instance: InstanceID) throws(StoreFailure) {
    try sql("INSERT INTO incident (instance, id, token, kind, code, message, raised_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(instance).bind(incident.id).bind(incident.token).bind(incident.kind.rawValue).bind(incident.code)
      .bind(incident.message).bind(incident.raisedAt).run()
  }

  func delete(_ incident: IncidentID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM incident WHERE instance = ? AND id = ?").bind(instance).bind(incident).run()
  }
}
