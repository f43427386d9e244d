import EngineCore
import EngineRuntime
import SQLiteAdapter

/// Makes a store with instances in every state that somebody may want to look at.
struct FillBenchmark {
  let instances: Int
  let path: String

  func measure() throws -> BenchmarkFigures {
    let before = Usage.now
    let start = ContinuousClock.now
    let filler = try InstanceFiller(path: path)
    var scenes = try FilledScenes(filler, now: SystemClock.now, instances: instances)
    for index in 0..<instances { try scenes.play(index) }
    try filler.finish()
    let seconds = (ContinuousClock.now - start).inSeconds
    var figures = BenchmarkFigures()
    figures.add("instances", instances)
    figures.add("steps", scenes.steps)
    figures.add("seconds", seconds)
    figures.add("stepsPerSecond", Double(scenes.steps) / seconds)
    figures.add("instancesPerSecond", Double(instances) / seconds)
    figures.add("residentMegabytes", Usage.residentMegabytes)
    figures.add("processorSeconds", Usage.now.processorSeconds - before.processorSeconds)
    let store = try SQLiteStore(path: path)
    figures.add("bytesPerInstance", Double(try store.checkpointedBytes()) / Double(instances))
    return figures
  }
}

/// What becomes of the instances: fourteen short stories, told in turn, spread over the last two hours.
private struct FilledScenes {
  private let filler: InstanceFiller
  private let order: DeployedDefinition
  private let approval: DeployedDefinition
  private let reminder: DeployedDefinition
  private let shipment: DeployedDefinition
  private let now: Timestamp
  private let instances: Int
  private(set) var steps = 0
  private var instance: ProcessInstance
  private var deployed: DeployedDefinition
  private var clock: Timestamp

  private static let stories = 14
  private static let span = Duration.seconds(7_200)

  init(_ filler: InstanceFiller, now: Timestamp, instances: Int) throws {
    self.filler = filler
    self.now = now
    self.instances = instances
    let past = now + (.zero - Self.span)
    order = try filler.deploy(
      try ProcessDefinition("order", saga: .global) {
        Service("reserve", handler: "noop").compensate(handler: "noop")
        Service("charge", handler: "noop").compensate(topic: "refund")
        Service("pack", handler: "noop")
      }, at: past)
    approval = try filler.deploy(
      try ProcessDefinition("approval") {
        User("approve", assignee: "=owner")
        Service("book", handler: "noop")
      }, at: past)
    reminder = try filler.deploy(
      try ProcessDefinition("reminder") {
        Wait("pause", for: .seconds(86_400))
        Service("remind", handler: "noop")
      }, at: past)
    shipment = try filler.deploy(
      try ProcessDefinition("shipment") {
        External("ship", topic: "shipping")
        End("lost", error: "LOST")
      }, at: past)
    deployed = order
    clock = past
    instance = ProcessInstance(id: InstanceID(1), definition: order.id, createdAt: past)
  }

  mutating func play(_ index: Int) throws {
    let share = Int64(index) * Self.span.wholeMicroseconds / Int64(max(instances, 1))
    clock = now + (.zero - Self.span) + .microseconds(share)
    let key = "order-\(10_000 + index)"
    switch index % Self.stories {
    case 0: try start(order, key, room: 1)
    case 1: try start(order, key)
    case 2: try start(reminder, key)
    case 3: try start(approval, key)
    case 4: try start(shipment, key)
    case 5:
      try start(shipment, key)
      try lock(worker: "worker-\(index % 7)")
    case 6:
      try start(approval, key)
      try finishTask()
      try fail()
    case 7:
      try start(order, key, room: 1)
      try finish()
      try finish()
      try fail()
    case 8:
      try start(order, key, room: 1)
      try finish()
      try fail()
      try finish()
    case 9, 10:
      try start(order, key, room: 1)
      for _ in 0..<3 { try finish() }
    case 11:
      try start(shipment, key)
      try finishTask()
    case 12:
      try start(reminder, key)
      try perform(index % 4 == 0 ? .cancel : .terminate)
    default:
      try start(approval, key)
      try perform(.suspend)
    }
  }

  private mutating func start(_ deployed: DeployedDefinition, _ key: String, room: Int = 0) throws {
    self.deployed = deployed
    let variables: Context = ["owner": "ann", "amount": 120]
    instance = try filler.start(deployed, key: key, variables: variables, room: room, at: clock)
  }

  private mutating func perform(_ command: InstanceCommand) throws {
    clock = clock + .milliseconds(40)
    instance = try filler.perform(command, on: instance, of: deployed, room: 1, at: clock)
    steps += 1
  }

  private mutating func report(_ outcome: WorkOutcome) throws {
    guard let token = instance.tokens.first(where: { $0.state == .executing }) else { return }
    try perform(.finishWork(token.id, attempt: token.attempt, outcome: outcome))
  }

  private mutating func finish() throws { try report(.completed(result: .null)) }

  private mutating func fail() throws {
    try report(.failed(Failure(code: "exit 1", message: "the address is not known", isRetryable: false)))
  }

  private mutating func finishTask() throws {
    guard let token = instance.tokens.first(where: { $0.state == .waiting }) else { return }
    try perform(.finishTask(token.id, fence: nil, outcome: .completed(result: .null)))
  }

  private mutating func lock(worker: String) throws {
    guard let token = instance.tokens.first(where: { $0.state == .waiting }) else { return }
    try perform(.lockTask(token.id, worker: worker, until: now + .seconds(60)))
  }
}
