import ConsoleCore
import EngineCore

@testable import ConsoleView

extension PaneContent {
  /// The pane as it would stand on the screen, without the spaces at the ends of its lines.
  var plain: String {
    (heading + lines.map(\.line)).map { line in
      var text = Substring(line.text.string)
      while text.last == " " { text.removeLast() }
      return String(text)
    }.joined(separator: "\n")
  }
}

extension InstanceFixture {
  func pane(
    _ pane: Pane, width: Int = 80, state: PaneState = PaneState(), engine: EnginePresence = .alive(handlers: nil)
  ) -> PaneContent {
    InstancePanes.content(pane, input(engine: engine), state, width: width)
  }
}

/// The stories that more than one test reads.
enum Stories {
  /// An order whose charge has failed three times and rests on an incident.
  static func stuckOrder() throws -> InstanceFixture {
    var order = InstanceFixture(FixtureDefinitions.order)
    try order.begin(["amount": 250, "customer": ["name": "Ada", "card_token": "tok_123"]])
    try order.run("reserve", outputs: ["reservation": "R-9"])
    try order.run("pack", for: .seconds(3))
    let charge = try order.arrive("charge", from: "pack", as: .executing)
    for attempt in 1...3 {
      order.wait(.seconds(2))
      try order.fail(charge, output: "POST https://pay\nattempt \(attempt)\n402 card declined\n")
      if attempt < 3 {
        let timer = try order.pause(charge, for: .seconds(4))
        order.wait(.seconds(4))
        try order.tryAgain(charge, timer)
      }
    }
    try order.raiseIncident(charge)
    order.wait(.seconds(300))
    return order
  }

  /// The same order after `B`: pack could not be undone, so compensation has halted.
  static func haltedCompensation() throws -> InstanceFixture {
    var order = try stuckOrder()
    guard let charge = order.instance.tokens.first, let incident = order.instance.incidents.first else { return order }
    let run = RunID(order.instance.nextID)
    try order.emit(
      .sagaStarted(run: run, target: .root, code: "OPERATOR", message: "customer asked", then: .endInstance),
      .incidentResolved(incident: incident.id), .tokenTerminated(token: charge.id, node: charge.node),
      .sagaPhaseChanged(run: run, phase: .running))
    let undo = try order.undoNext(run)
    order.wait(.seconds(1))
    try order.fail(undo, "exit 1", "shelf is locked", output: "shelf 4 is locked\n")
    guard let reference = order.instance.token(undo)?.compensates else { return order }
    try order.emit(
      .compensationFailed(run: run, record: reference.record, token: undo),
      .sagaPhaseChanged(run: run, phase: .halted))
    try order.raiseIncident(undo, .compensationFailed, "exit 1", "shelf is locked")
    order.wait(.seconds(60))
    return order
  }

  /// A parallel fulfilment: the payment was taken by a worker whose lease ended, then by another; a person approves.
  static func fulfilment() throws -> InstanceFixture {
    var story = InstanceFixture(FixtureDefinitions.parallel)
    try story.begin()
    let fork = try story.arrive("both", from: "begin")
    try story.emit(.tokenCompleted(token: fork, node: try story.node("both"), mode: .forward))
    let payment = try story.arrive("payment", from: "both")
    try story.emit(
      .externalTaskCreated(token: payment, topic: "payment"),
      .tokenWaiting(token: payment, reason: .externalTask))
    let cool = try story.arrive("cool", from: "both")
    let timer = TimerID(story.instance.nextID)
    try story.emit(
      .timerScheduled(timer: timer, token: cool, kind: .delay, due: story.now + .seconds(20)),
      .tokenWaiting(token: cool, reason: .timer(timer)))
    story.wait(.seconds(4))
    try story.emit(
      .externalTaskLocked(token: payment, worker: "pay-1", attempt: 1, until: story.now + .seconds(10)))
    story.wait(.seconds(16))
    try story.emit(.timerFired(timer: timer))
    try story.complete(cool)
    let early = try story.arrive("merge", from: "cool")
    try story.emit(.tokenWaiting(token: early, reason: .join))
    story.wait(.seconds(2))
    try story.emit(
      .externalTaskLocked(token: payment, worker: "pay-2", attempt: 2, until: story.now + .seconds(30)))
    story.wait(.seconds(6))
    try story.complete(payment)
    let late = try story.arrive("merge", from: "payment")
    try story.emit(
      .tokenWaiting(token: late, reason: .join),
      .joinCompleted(node: try story.node("merge"), scope: .root, consumed: [late, early]))
    let approve = try story.arrive("approve", from: "merge")
    let reminder = TimerID(story.instance.nextID)
    try story.emit(
      .timerScheduled(
        timer: reminder, token: approve, kind: .boundary(try story.node("remind")), due: story.now + .seconds(3600)),
      .userTaskCreated(token: approve, assignee: "ada", candidates: [], due: story.now + .seconds(7200)),
      .tokenWaiting(token: approve, reason: .userTask))
    story.wait(.seconds(12))
    return story
  }
}
