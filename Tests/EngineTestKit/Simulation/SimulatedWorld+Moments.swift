import EngineCore
import EngineRuntime

/// What happens at random moments.
extension SimulatedWorld {
  func moment() throws {
    if engines.isEmpty || happens(3) && engines.count < 2 && happens(weather.takeovers) { revive() }
    guard !engines.isEmpty else { return }
    switch roll(1...116) {
    case 1...38:
      turn(engines.count > 1 ? roll(0...engines.count - 1) : 0)
    case 39...60:
      report()
    case 61...70:
      worker()
    case 71...74:
      person()
    case 75...84:
      if happens(weather.operators) { operate() } else { report() }
    case 85...87:
      start()
    case 88:
      deploy(happens(50) ? makeProcess() : again())
    case 89...95:
      clock.move(by: .milliseconds(roll(1...20_000)))
      note("time passes")
    case 96...97:
      jump()
    case 98:
      if happens(weather.crashes * 8) { bury(roll(0...engines.count - 1)) }
    case 101...106:
      deliver(to: engines[engines.count > 1 ? roll(0...engines.count - 1) : 0])
    case 107...116:
      post(letter(), isKeyed: happens(80))
    default:
      if happens(40) { askAgain() } else if happens(weather.operators) { try operateFromOutside() }
    }
  }

  private func jump() {
    guard happens(weather.clockJumps) else { return }
    let jump = Duration.seconds(roll(1...7_200))
    let isForward = happens(50)
    clock.move(by: isForward ? jump : .zero - jump)
    note("clock jumps", "\(isForward ? "+" : "-")\(jump)")
  }

  // MARK: Processes and instances

  func makeProcess() -> ProcessDefinition {
    let key = "p\(roll(1...3))"
    variables[key] = Context()
    guard happens(40) else { return generator.make(key) }
    let process = RandomProcess(seed: chance.next(), hasEvents: false)
    variables[key] = process.variables
    var definition = process.definition
    definition.key = key
    return definition
  }

  private func again() -> ProcessDefinition {
    guard let text = definitions.randomElement(using: &chance), let known = try? ProcessDefinition(canonicalJSON: text)
    else { return makeProcess() }
    return known
  }

  func deploy(_ definition: ProcessDefinition) {
    if !processes.contains(definition.key) { processes.append(definition.key) }
    let text = definition.canonicalJSON
    if !definitions.contains(text) { definitions.append(text) }
    post(.deploy(definition, folder: "/"), isKeyed: happens(50))
  }

  func start() {
    guard let process = processes.randomElement(using: &chance) else { return }
    var variables = variables[process] ?? Context()
    if happens(70) { variables["number"] = Value(roll(0...10)) }
    if happens(70) { variables["key"] = .string(WildProcess.keys[roll(0...1)]) }
    post(
      .start(process: process, version: nil, businessKey: "b\(commands)", variables: variables), isKeyed: happens(70))
  }

  // MARK: Handlers

  /// A handler reports: one that runs, one that reported before, or one whose engine is dead.
  func report() {
    let engine = engines[engines.count > 1 ? roll(0...engines.count - 1) : 0]
    if happens(10), let (work, outcome) = reported.randomElement(using: &chance) {
      note("report again", "\(work)")
      engine.post(.workFinished(work, outcome))
      return
    }
    if happens(25), let work = leftOver.randomElement(using: &chance) {
      send(outcome(of: work), of: work.key, to: engine, "late report")
      return
    }
    guard !engine.works.isEmpty else { return }
    let work = engine.takeWork(at: roll(0...engine.works.count - 1))
    send(outcome(of: work), of: work.key, to: engine, "report")
  }

  func send(_ outcome: WorkOutcome, of work: WorkKey, to engine: SimulatedEngine, _ kind: String) {
    if case .completed = outcome { oracle.successes.insert(work) }
    reported.append((work, outcome))
    if reported.count > 30 { reported.removeFirst() }
    note(kind, "\(work.instance)/\(work.token) attempt \(work.attempt): \(outcome)")
    // Some say something beside it, and not by chance: what else happens stays the same for a seed.
    let isNoted = (work.token.rawValue + Int64(work.attempt)).isMultiple(of: 5)
    engine.post(.workFinished(work, outcome, note: isNoted ? "attempt \(work.attempt)" : nil))
  }

  private func outcome(of work: SimulatedEngine.Work) -> WorkOutcome {
    if work.isAskedToStop, happens(60) { return .cancelled }
    return happens(10) ? handover() : outcome()
  }

  func outcome() -> WorkOutcome {
    if !happens(weather.failures) { return success() }
    switch roll(1...10) {
    case 1...3: return .businessError(code: ["E1", "E2", "E3"][roll(0...2)], message: "no")
    case 4...8: return .failed(Failure(code: "BROKEN", message: "it broke", isRetryable: true))
    case 9: return .failed(Failure(code: "HOPELESS", message: "it broke for good", isRetryable: false))
    default: return .cancelled
    }
  }

  /// The work goes on elsewhere, for as long as it takes or for some time.
  private func handover() -> WorkOutcome {
    references += 1
    oracle.references.insert("r\(references)")
    return .waiting(reference: "r\(references)", limit: happens(40) ? .seconds(roll(0...100)) : nil)
  }

  func success() -> WorkOutcome {
    .completed(
      result: [
        "number": Value(roll(0...10)), "value": Value(roll(0...RandomProcess.values - 1)),
        "again": .boolean(!isCalm && happens(40)),
      ])
  }

  // MARK: Workers and people

  /// A worker fetches, or does something about a task that it holds or once held.
  func worker() {
    guard happens(65), let held = locks.randomElement(using: &chance) else {
      let lease: Duration? = happens(50) ? .seconds(roll(1...30)) : nil
      let topic = (WildProcess.topics + [RandomProcess.topic])[roll(0...2)]
      post(
        .fetchTasks(topic: topic, worker: "w\(roll(1...3))", limit: roll(1...3), lease: lease),
        isKeyed: happens(50))
      return
    }
    if happens(20) {
      post(
        .extendLease(held.instance, token: held.token, fence: held.fence, lease: .seconds(roll(1...60))),
        isKeyed: true)
      return
    }
    finish(held.instance, held.token, fence: held.fence, happens(8) ? handover() : outcome())
  }

  func finish(_ instance: InstanceID, _ token: TokenID, fence: Int?, _ outcome: WorkOutcome) {
    if case .completed = outcome {
      oracle.taskSuccesses.insert(Oracle.Report(instance: instance, token: token, fence: fence))
    }
    post(.finishTask(instance, token: token, outcome: outcome, fence: fence), isKeyed: happens(70))
  }

  /// A person does a task, or whoever was given it by a handler completes it.
  func person() {
    let tasks = oracle.instances.flatMap { instance in
      instance.userTasks.map { (instance, $0.token) }
        + instance.externalTasks.filter { $0.reference != nil }.map { (instance, $0.token) }
    }
    guard let (instance, token) = tasks.randomElement(using: &chance) else { return }
    let isNumbered = happens(30) && !instance.userTasks.contains { $0.token == token }
    finish(instance.id, token, fence: isNumbered ? instance.token(token)?.attempt : nil, outcome())
  }
}
