import EngineCore
import EngineRuntime
import SQLiteAdapter

/// The people and programs around the demonstration's workflows: tills that take payments, managers who decide, and a
/// colleague on call who mends the oldest incident when too many stand.
///
/// They leave enough undone for whoever watches, and do enough that a demonstration left alone overnight looks the same
/// in the morning.
struct DemoStaff {
  /// What has just been started, and which of its kind it is, from 1.
  enum Arrival {
    case parcel(Int)
    case request(Int)
    case invoice(Int)
  }

  /// An external task that a till holds until a round.
  private struct HeldTask {
    let instance: InstanceID
    let token: TokenID
    let fence: Int?
    let due: Int
  }

  private let engine: RunningEngine
  private let reader: SQLiteReader
  private var dice: Dice
  private var round = 0
  private var answers = 0
  private var held: [HeldTask] = []
  private var suspended: [(instance: InstanceID, until: Int)] = []

  /// What stands for the watcher before somebody else lends a hand.
  private static let incidentsLeft = 5
  private static let decisionsLeft = 3
  private static let customersWaiting = 1
  private static let roundsOfSuspension = 30
  private static let roundsOfPayment = 6

  init(engine: RunningEngine, reader: SQLiteReader, seed: UInt64) {
    self.engine = engine
    self.reader = reader
    dice = Dice(seed: seed &+ 1)
  }

  /// Some of what arrives is stopped at once.
  mutating func look(at instance: InstanceID, _ arrival: Arrival?) async {
    switch arrival {
    case .parcel(let count) where count % 4 == 1:
      await perform(.suspend(instance), by: "alan", because: "the courier is ill")
      suspended.append((instance, until: round + Self.roundsOfSuspension))
    case .invoice(let count) where count % 6 == 2:
      await perform(.cancel(instance), by: "grace", because: "the customer changed their mind")
    case .request(let count) where count % 6 == 3:
      await perform(.terminate(instance), by: "grace", because: "asked twice")
    case .parcel, .request, .invoice, nil: break
    }
  }

  /// One round through the house.
  mutating func work() async {
    round += 1
    while let first = suspended.first, first.until <= round {
      suspended.removeFirst()
      await perform(.resume(first.instance), by: "alan", because: "the courier is well again")
    }
    while let first = held.first, first.due <= round {
      held.removeFirst()
      await report(first)
    }
    if round % 2 == 0 {
      let tasks = (try? reader.tasks(InstanceFilter(), now: SystemClock.now, after: nil, limit: 100))?.rows ?? []
      await serve(tasks)
      if round % 4 == 0 { await decide(tasks) }
    }
    if round % 4 == 2 { await mend() }
  }

  /// A few customers always wait at the tills; refunds wait for nobody.
  private mutating func serve(_ tasks: [TaskRow]) async {
    let free = tasks.compactMap { row -> String? in
      guard case .external(let task) = row.task, task.worker == nil, task.availableAt <= SystemClock.now else {
        return nil
      }
      return task.topic
    }
    if free.contains("refund") { await fetch("refund") }
    if free.filter({ $0 == "payment" }).count > Self.customersWaiting { await fetch("payment") }
  }

  private mutating func fetch(_ topic: String) async {
    let till = "till-\(dice.roll(below: 3) + 1)"
    let verb = Verb.fetchTasks(topic: topic, worker: till, limit: 1, lease: .seconds(30))
    guard case .done(let answer)? = await perform(verb) else { return }
    for task in answer["tasks"]?.listValue ?? [] {
      guard let instance = task["instance"]?.intValue, let token = task["token"]?.intValue else { continue }
      held.append(
        HeldTask(
          instance: InstanceID(Int64(instance)), token: TokenID(Int64(token)), fence: task["fence"]?.intValue,
          due: round + Self.roundsOfPayment))
    }
  }

  /// One card in six is declined, one attempt in six fails.
  private mutating func report(_ task: HeldTask) async {
    let outcome: WorkOutcome =
      switch dice.roll(below: 6) {
      case 0: .businessError(code: "CARD_DECLINED", message: "the bank says no")
      case 1: .failed(Failure(code: "BANK_DOWN", message: "the bank does not answer"))
      default: .completed(result: ["payment": .string("P-\(dice.roll(below: 9000) + 1000)")])
      }
    await perform(.finishTask(task.instance, token: task.token, outcome: outcome, fence: task.fence))
  }

  /// Decides the oldest question when many wait; the first answer to a request is no, and every fourth after it.
  private mutating func decide(_ tasks: [TaskRow]) async {
    let questions = tasks.filter { if case .user = $0.task { true } else { false } }
    guard questions.count > Self.decisionsLeft, let oldest = questions.first else { return }
    let outcome: WorkOutcome
    if oldest.node == "approve" { answers += 1 }
    if oldest.node == "approve", answers % 4 == 1 {
      outcome = .businessError(code: "REJECTED", message: "not this year")
    } else {
      outcome = .completed(result: ["approved": true, "remark": "be quick"])
    }
    let verb = Verb.finishTask(oldest.instance.id, token: oldest.token, outcome: outcome, fence: nil)
    await perform(verb, by: "katherine")
  }

  /// Mends the oldest incident when many stand.
  private func mend() async {
    let page = try? reader.incidents(InstanceFilter(), now: SystemClock.now, after: nil, limit: 100)
    guard let incidents = page?.rows, incidents.count > Self.incidentsLeft else { return }
    let oldest = incidents[0]
    let id = oldest.instance.id
    if oldest.node == "label" {
      let change = VariableChange(name: "printer", value: "cellar")
      await perform(.setVariables(id, changes: [change]), by: "katherine", because: "the attic is jammed")
    }
    await perform(.retry(id, token: oldest.incident.token), by: "katherine", because: "it should work now")
  }

  /// What people do stands in the audit; what tills do does not.
  @discardableResult
  private func perform(
    _ verb: Verb, by person: String? = nil, because reason: String? = nil
  ) async -> CommandAnswer? {
    let issuer = person.map { Issuer(user: $0, host: Identity.host, source: "demo") }
    let command = OperatorCommand(
      key: person == nil ? "" : Identity.randomName(), verb: verb,
      issuer: issuer ?? Identity.issuer(source: "demo"), reason: reason)
    return try? await engine.perform(command)
  }
}
