import EngineCore
import EngineRuntime

/// The commands of a script.
extension ScenarioRunner {
  /// Carries out a command; what comes back is what is said besides the events.
  func perform(_ command: ScenarioCommand) throws -> [String] {
    switch command.name {
    case "engine": try setUp(command)
    case "start": try start(command)
    case "send", "signal": try send(command)
    case "done", "fail", "error", "stopped", "wait": try report(command)
    case "fetch": try fetch(command)
    case "extend": try extend(command)
    case "pass": try pass(command)
    case "crash", "recover": try recover(command)
    case "kill": try theStage().kill()
    case "show": return try show(command)
    case "retry", "skip", "cancel", "terminate", "compensate", "suspend", "resume", "fire", "reschedule", "set",
      "delete":
      try operate(command)
    default: throw command.place.error("there is no command `\(command.name)`")
    }
    return []
  }

  private func start(_ command: ScenarioCommand) throws {
    try command.allow("key", "once", "version")
    guard let process = command.words.first ?? lastProcess else {
      throw command.place.error("no process is defined")
    }
    let before = try theStage().histories.keys.max() ?? InstanceID(0)
    try ask(
      .start(
        process: process, version: try command.number("version"), businessKey: command.options["key"],
        variables: try command.context()), command)
    if let newest = try theStage().histories.keys.max(), newest > before { current = newest }
  }

  /// A message or a signal comes from outside.
  private func send(_ command: ScenarioCommand) throws {
    let name = try command.word(0, "a name")
    guard command.name == "send" else {
      try command.allow("once")
      try ask(.signal(name: name, variables: try command.context()), command)
      return
    }
    try command.allow("key", "ttl", "once")
    let timeToLive = try command.options["ttl"].map { try command.duration($0) } ?? .zero
    try ask(
      .send(
        OutgoingMessage(
          name: name, correlationKey: command.options["key"], variables: try command.context(),
          timeToLive: timeToLive)), command)
  }

  private func pass(_ command: ScenarioCommand) throws {
    try command.allow()
    let duration = try command.duration(try command.word(0, "a duration"))
    try theStage().clock.advance(by: duration)
    try theStage().settle()
  }

  // MARK: Work

  private func report(_ command: ScenarioCommand) throws {
    try command.allow("fence", "attempt", "in", "once", "limit")
    let target = try target(command)
    let outcome = try outcome(command, code: target.restOfWords.first)
    if let attempt = try attempt(target, command) {
      try theStage().report(attempt.work, outcome)
      return
    }
    let fence = try command.number("fence")
    try ask(.finishTask(target.instance, token: try token(command).token, outcome: outcome, fence: fence), command)
  }

  private func attempt(_ target: ScenarioTarget, _ command: ScenarioCommand) throws -> StageAttempt? {
    let attempts = try theStage().attempts.filter { attempt in
      attempt.work.instance == target.instance && attempt.context.node == target.node
        && attempt.context.mode == target.mode
    }
    if let number = try command.number("attempt") {
      let wanted = attempts.filter { $0.context.attempt == number }
      guard let found = wanted.dropFirst(target.position).first ?? wanted.last else {
        throw command.place.error("\(target.title) had no attempt \(number)")
      }
      return found
    }
    let live = Set(target.tokens.filter { $0.state == .executing }.map(\.id))
    let open = attempts.filter { !$0.hasReported && live.contains($0.work.token) }
    return open.dropFirst(target.position).first
  }

  private func outcome(_ command: ScenarioCommand, code: String?) throws -> WorkOutcome {
    switch command.name {
    case "done": return .completed(result: command.value ?? .null)
    case "stopped": return .cancelled
    case "wait":
      let limit = try command.options["limit"].map { try command.duration($0) }
      return .waiting(reference: code ?? "", limit: limit)
    case "error":
      guard let code else { throw command.place.error("`error` needs a code") }
      return .businessError(code: code, message: command.value?.stringValue ?? "")
    default:
      guard let code else { throw command.place.error("`fail` needs a code") }
      let isForGood = command.words.suffix(2) == ["for", "good"]
      return .failed(
        Failure(code: code, message: command.value?.stringValue ?? "it broke", isRetryable: !isForGood))
    }
  }

  private func fetch(_ command: ScenarioCommand) throws {
    try command.allow("worker", "limit", "lease", "once")
    let lease = try command.options["lease"].map { try command.duration($0) }
    try ask(
      .fetchTasks(
        topic: try command.word(0, "a topic"), worker: command.options["worker"] ?? "w1",
        limit: try command.number("limit") ?? 1, lease: lease), command)
  }

  private func extend(_ command: ScenarioCommand) throws {
    try command.allow("fence", "lease", "in", "once")
    let token = try token(command)
    guard let fence = try command.number("fence") else { throw command.place.error("`extend` needs a fence") }
    let lease = try command.duration(command.options["lease"] ?? "60s")
    try ask(.extendLease(token.instance, token: token.token, fence: fence, lease: lease), command)
  }

  // MARK: Operators

  /// What `compensate`, `compensate NODE` and `compensate back to NODE` undo.
  private func compensationTarget(_ command: ScenarioCommand, of id: InstanceID) throws -> CompensationTarget {
    guard let node = command.words.last else { return .everything }
    guard command.words.prefix(2) == ["back", "to"] else { return .scope(node: node) }
    guard let definition = try definition(of: id), let instance = try theStage().instance(id) else {
      throw command.place.error("there is no instance \(id)")
    }
    return try .back(to: node, in: try theStage().histories[id] ?? [], of: instance, definition)
  }

  /// `definition`, `definition shop`, `definition shop@2`.
  private func definitionMeant(_ command: ScenarioCommand) throws -> (process: String, version: Int?) {
    guard let name = command.words.dropFirst().first ?? lastProcess else {
      throw command.place.error("no process is defined")
    }
    let parts = name.split(separator: "@").map(String.init)
    return (parts[0], parts.count > 1 ? Int(parts[1]) : nil)
  }

  private func operate(_ command: ScenarioCommand) throws {
    try command.allow("in", "once")
    let id = try instance(command)
    switch command.name {
    case "retry": try ask(.retry(id, token: command.words.isEmpty ? nil : try token(command).token), command)
    case "skip": try ask(.skip(id, token: try token(command).token, outputs: try command.context()), command)
    case "cancel": try ask(.cancel(id), command)
    case "terminate": try ask(.terminate(id), command)
    case "compensate":
      do {
        try ask(.compensate(id, target: try compensationTarget(command, of: id)), command, reason: "by hand")
      } catch let rejection as Rejection {
        // Whoever plans the way back is refused before anybody asks the engine.
        log.add(.answered(.refused(rejection)))
      }
    case "suspend" where command.words.first == "definition":
      let (process, version) = try definitionMeant(command)
      try ask(.suspendDefinition(process: process, version: version), command)
    case "resume" where command.words.first == "definition":
      let (process, version) = try definitionMeant(command)
      try ask(.resumeDefinition(process: process, version: version), command)
    case "suspend": try ask(.suspend(id), command)
    case "resume": try ask(.resume(id), command)
    case "fire": try ask(.fireTimer(id, timer: try timer(command)), command)
    case "reschedule":
      let due = try theStage().clock.now() + command.duration(try command.word(1, "a node and a duration"))
      try ask(.rescheduleTimer(id, timer: try timer(command), due: due), command)
    case "delete": try ask(.delete(id), command)
    default:
      let changes = try command.context().entries.map { entry in
        VariableChange(name: entry.name, value: entry.value == .null ? nil : entry.value)
      }
      try ask(.setVariables(id, changes: changes), command)
    }
  }
}
