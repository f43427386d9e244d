import EngineCore
import EngineRuntime
import EngineStorage

/// Commands: those of operators, their answers, and those that come from other processes.
extension SimulatedWorld {
  func post(_ verb: Verb, isKeyed: Bool, key given: String? = nil) {
    guard let engine = engines.randomElement(using: &chance) else { return }
    commands += 1
    let key = given ?? (isKeyed ? "k\(commands)" : "")
    ask(OperatorCommand(key: key, verb: verb, issuer: Self.issuer), of: engine)
    // Somebody who is not sure asks again.
    if isKeyed, !isCalm, happens(10), let other = engines.randomElement(using: &chance) {
      ask(OperatorCommand(key: key, verb: verb, issuer: Self.issuer), of: other)
    }
  }

  static let issuer = Issuer(user: "sim", host: "here", source: "api")

  private func ask(_ command: OperatorCommand, of engine: SimulatedEngine) {
    note("command \(command.verb.name)", "\(command.key) \(isTraced ? Self.words(command.verb) : "")")
    let command = PostedCommand(command, to: engine)
    command.answered = { [unowned self, unowned command] in answered(command, $0) }
    posted.append(command)
    engine.post(.command(command.command, reply: { command.take($0) }))
  }

  /// Whoever was not answered because a process died asks the next one under the same key.
  func askAgain() {
    let unanswered = posted.filter { $0.isLost && !$0.command.key.isEmpty }
    guard let command = unanswered.randomElement(using: &chance), let engine = engines.first else { return }
    note("asked again", command.command.key)
    ask(command.command, of: engine)
  }

  private static func words(_ verb: Verb) -> String {
    if case .deploy(let definition, _) = verb { return definition.key }
    return "\(verb)"
  }

  /// Whoever is told must have been told the truth: what the answer says is on disk.
  private func answered(_ command: PostedCommand, _ reply: CommandReply) {
    if command.replies.count > 1 { oracle.find("command \(command.command.verb) was answered twice") }
    guard case .answered(let answer) = reply else { return }
    note("answer", "\(command.command.key) \(answer)")
    let key = command.command.key
    if !key.isEmpty, let stored = try? stores.engine.findCommand(key: key)?.answer, stored != answer {
      oracle.find("command \(key) was answered with \(answer), but its row says \(stored)")
    } else if !key.isEmpty, (try? stores.engine.findCommand(key: key)?.answer) == nil {
      oracle.find("command \(key) was answered, but has no decided row")
    }
    guard case .done(let value) = answer else { return }
    switch command.command.verb {
    case .start(let process, _, _, _): checkStart(process, value)
    case .fetchTasks: take(value)
    default: break
    }
  }

  private func checkStart(_ process: String, _ value: Value) {
    let id = InstanceID(Int64(value["instance"]?.intValue ?? 0))
    if oracle.known[id] == nil, (try? stores.engine.highestIdentifiers())?.instance ?? InstanceID(0) < id {
      oracle.find("the start of instance \(id) was answered, but it is not on disk")
    }
  }

  private func take(_ value: Value) {
    guard case .list(let tasks)? = value["tasks"] else { return }
    for task in tasks {
      guard let instance = task["instance"]?.intValue, let token = task["token"]?.intValue,
        let fence = task["fence"]?.intValue
      else { continue }
      locks.append(
        HeldTask(instance: InstanceID(Int64(instance)), token: TokenID(Int64(token)), fence: fence))
    }
    if locks.count > 40 { locks.removeFirst(locks.count - 40) }
  }

  // MARK: Operators

  /// Some command on some instance, sensible or not.
  func operate() {
    guard let verb = happens(6) ? definitionVerb() : verb() else { return }
    post(verb, isKeyed: true)
  }

  /// A version is suspended or goes on, the one that it is time for or not.
  private func definitionVerb() -> Verb? {
    guard let deployed = oracle.deployments.randomElement(using: &chance) else { return nil }
    let isSuspended = oracle.holds[deployed.id]?.isSuspended ?? false
    let version = happens(70) ? deployed.version : nil
    return happens(90) == isSuspended
      ? .resumeDefinition(process: deployed.definition.key, version: version)
      : .suspendDefinition(process: deployed.definition.key, version: version)
  }

  private func verb() -> Verb? {
    guard let instance = oracle.instances.randomElement(using: &chance) else { return nil }
    let id = instance.id
    let token = instance.tokens.randomElement(using: &chance)?.id
    switch roll(1...24) {
    case 1...4: return .retry(id, token: happens(50) ? nil : token)
    case 5...7: return token.map { .skip(id, token: $0, outputs: ["number": 3]) }
    case 8: return .cancel(id)
    case 9: return .terminate(id)
    case 10...12: return .compensate(id)
    case 13...15: return .suspend(id)
    case 16...18: return .resume(id)
    case 19...20: return instance.timers.randomElement(using: &chance).map { .fireTimer(id, timer: $0.id) }
    case 21:
      let due = clock.now() + .seconds(roll(-30...300))
      return instance.timers.randomElement(using: &chance).map { .rescheduleTimer(id, timer: $0.id, due: due) }
    case 22: return .setVariables(id, changes: [VariableChange(name: "number", value: Value(roll(0...10)))])
    case 23: return .delete(id)
    default:
      return token.map { .finishTask(id, token: $0, outcome: .failed(Failure(code: "E1", message: "no")), fence: nil) }
    }
  }

  /// The same from another process: as a row, which may be taken back.
  func operateFromOutside() throws {
    if happens(45), let row = rows.randomElement(using: &chance) {
      note("row withdrawn", "\(row)")
      try stores.inbox.withdraw(row)
      return
    }
    guard let verb = happens(20) ? letter() : happens(5) ? definitionVerb() : verb() else { return }
    commands += 1
    var command = OperatorCommand(key: "k\(commands)", verb: verb, issuer: Self.issuer)
    if happens(20), case let version? = verb.instance.flatMap({ oracle.known[$0]?.instance.version }) {
      command.expectedVersion = version
    }
    note("row posted", "\(command.key) \(verb)")
    if let id = try stores.inbox.post(command, at: clock.now()).id { rows.append(id) }
  }
}
