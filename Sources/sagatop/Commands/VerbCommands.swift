import ArgumentParser
import EngineCore
import EngineRuntime

/// A verb on instances: by identifier, or on all that a filter means.
protocol VerbCommand: AsyncParsableCommand {
  var targets: TargetOptions { get }
  var options: VerbOptions { get }
  /// The verb for one target, which the command may have to look at.
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb
}

/// Which instances a verb means.
struct TargetOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The store, then instances.", valueName: "store and instances"))
  var words: [String] = []

  @Option(help: "All instances that these filter words mean, instead of identifiers.")
  var filter: String?

  @Option(help: "With --filter: how many instances that must be; nothing is done when it is another number.")
  var expectCount: Int?

  @Flag(help: "With --filter: all that match, however many.")
  var yes = false
}

/// What verbs have in common besides their targets.
struct VerbOptions: ParsableArguments {
  @Flag(help: "Print the plan and change nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      """
      Then wait until the instances rest, at most so long, e.g. 30s. Exits 0 when all have ended, 1 when one rests on \
      an incident, 4 when one still waits.
      """, valueName: "time"))
  var wait: String?

  @OptionGroup
  var asking: AskOptions
}

extension VerbCommand {
  func run() async throws { try await carryOut() }

  /// Carries the verb out on the instances that are meant.
  func carryOut() async throws {
    let arguments = try StoreArguments(targets.words)
    let patience = try options.patience()
    if options.dryRun {
      let session = try StoreSession.reading(arguments.store)
      let instances = try targets.resolve(arguments.words, in: session, isPlan: true)
      try await carryOut(on: instances, in: session, nil)
    } else {
      let session = try StoreSession.writing(arguments.store)
      let instances = try targets.resolve(arguments.words, in: session, once: options.asking.once)
      try await session.inTurn { try await carryOut(on: instances, in: session, $0) }
      if let patience { try await session.waitForRest(of: instances, patience, json: options.asking.json) }
    }
  }

  private func carryOut(
    on instances: [InstanceID], in session: StoreSession, _ performer: (any CommandPerformer)?
  ) async throws {
    var runner = VerbRunner(session: session, performer: performer, options: options.asking)
    for instance in instances {
      var session = session
      if let key = options.asking.key(for: instance) {
        session.repeated = try session.reader.command(key: key)?.command.verb
      }
      try await runner.carryOut(try verb(for: instance, in: session), on: instance)
    }
    try runner.end()
  }
}

extension VerbOptions {
  fileprivate func patience() throws -> Duration? {
    guard let wait else { return nil }
    guard let patience = Duration(text: wait) else {
      throw CommandFailure(.usage, "--wait \(wait) is no length of time: write 30s, 5m or 2h")
    }
    return patience
  }
}

extension TargetOptions {
  /// The instances, fixed before the first of them is touched. Whoever means many says so, unless it is for a plan.
  /// What a filter has meant under an idempotency key it means again, whatever matches by now.
  func resolve(
    _ words: [String], in session: StoreSession, once: String? = nil, isPlan: Bool = false
  ) throws -> [InstanceID] {
    guard let filter else {
      guard !words.isEmpty else {
        throw CommandFailure(.usage, "which instance? Name one or more, or say --filter WORDS")
      }
      return try words.map { try InstanceArgument.parse($0) }
    }
    guard words.isEmpty else { throw CommandFailure(.usage, "name instances or say --filter, not both") }
    if let once, case let meant = try session.reader.instances(underKey: once), !meant.isEmpty { return meant }
    let found = try session.all(matching: try Filters.parse([filter]))
    guard !found.isEmpty else { throw CommandFailure(.notFound, "no instance matches \(filter)") }
    if let expectCount, expectCount != found.count {
      throw CommandFailure(.conflict, "\(found.count) instances match, not \(expectCount): nothing was done")
    }
    if found.count > 1, expectCount == nil, !yes, !isPlan {
      throw CommandFailure(
        .refused,
        "\(found.count) instances match: say --yes to mean all of them, or --expect-count \(found.count); "
          + "--dry-run shows what would be done")
    }
    return found
  }
}

struct Retry: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Give failed tokens one more try.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "Only this token.") var token: Int64?
  func verb(for instance: InstanceID, in session: StoreSession) -> Verb {
    .retry(instance, token: token.map { TokenID($0) })
  }
}

struct Skip: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Count a failed or waiting node as done.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The token; needed when more than one has failed.") var token: Int64?
  @Option(help: "The outputs, as a JSON object.") var vars: String = "{}"
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    let outputs = try JSONArgument.context(vars, of: "--vars")
    return .skip(instance, token: try session.onlyToken(token, of: instance) { $0.state == .failed }, outputs: outputs)
  }
}

struct Resolve: VerbCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count failed steps as completed, because somebody did them by hand.",
    discussion: "Unlike skipped ones they are undone by a later compensation. Say with --reason what was done.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The token; needed when more than one has failed.") var token: Int64?
  @Option(help: "The outputs, as a JSON object.") var vars: String = "{}"
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    guard options.asking.reason?.isEmpty == false else {
      throw CommandFailure(.usage, "say with --reason what was done by hand")
    }
    let outputs = try JSONArgument.context(vars, of: "--vars")
    return .resolve(
      instance, token: try session.onlyToken(token, of: instance) { $0.state == .failed }, outputs: outputs)
  }
}

struct Cancel: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "End instances in good order, without compensation.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  func verb(for instance: InstanceID, in session: StoreSession) -> Verb { .cancel(instance) }
}

struct Terminate: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "End instances at once, without waiting for handlers.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  func verb(for instance: InstanceID, in session: StoreSession) -> Verb { .terminate(instance) }
}

struct Compensate: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "End forward work and undo what can be undone.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "Only what this subprocess or step did; an open subprocess then waits for retry or skip.")
  var scope: String?
  @Option(help: "Only what was done after this node last completed; the instance then goes on from there.")
  var backTo: String?
  func validate() throws {
    if scope != nil, backTo != nil { throw ValidationError("say --scope or --back-to, not both") }
  }
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    if let scope { return .compensate(instance, target: .scope(node: scope)) }
    if let backTo { return .compensate(instance, target: try session.wayBack(to: backTo, in: instance)) }
    return .compensate(instance)
  }
}

struct Suspend: VerbCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop instances from advancing, or a whole definition.",
    discussion: DefinitionSuspension.discussion)
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @OptionGroup var definition: DefinitionOption
  func run() async throws {
    guard let process = definition.definition else { return try await carryOut() }
    try await DefinitionSuspension(process, isSuspended: true, targets, options).carryOut()
  }
  func verb(for instance: InstanceID, in session: StoreSession) -> Verb { .suspend(instance) }
}

struct Resume: VerbCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let suspended instances advance again, or a whole definition.",
    discussion: DefinitionSuspension.discussion)
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @OptionGroup var definition: DefinitionOption
  func run() async throws {
    guard let process = definition.definition else { return try await carryOut() }
    try await DefinitionSuspension(process, isSuspended: false, targets, options).carryOut()
  }
  func verb(for instance: InstanceID, in session: StoreSession) -> Verb { .resume(instance) }
}

struct Delete: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Delete ended instances with their history.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  func verb(for instance: InstanceID, in session: StoreSession) -> Verb { .delete(instance) }
}

struct Fire: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Fire a timer now.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The timer; needed when the instance has more than one.") var timer: Int64?
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    .fireTimer(instance, timer: try session.onlyTimer(timer, of: instance))
  }
}

struct Reschedule: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Give a timer another due time.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The timer; needed when the instance has more than one.") var timer: Int64?
  @Option(help: "When: an ISO 8601 date, or a time from now such as 30m.") var to: String
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    guard let value = TimerValue(.string(to)) else {
      throw CommandFailure(.usage, "--to \(to) is neither a date such as 2026-11-23T10:00:00Z nor a time such as 30m")
    }
    let only = try session.onlyTimer(timer, of: instance)
    return .rescheduleTimer(instance, timer: only, due: session.due(value))
  }
}

struct Complete: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Complete a user or external task.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The token of the task; needed when there is more than one.") var token: Int64?
  @Option(help: "The result, as a JSON object.") var vars: String = "{}"
  @Option(help: "The fencing number, for a worker that must not report too late.") var fence: Int?
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    let result = Value.context(try JSONArgument.context(vars, of: "--vars"))
    return .finishTask(
      instance, token: try session.onlyTask(token, of: instance), outcome: .completed(result: result), fence: fence)
  }
}

struct Fail: VerbCommand {
  static let configuration = CommandConfiguration(abstract: "Report that a user or external task failed.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The token of the task; needed when there is more than one.") var token: Int64?
  @Option(help: "The error code.") var code: String = "FAILED"
  @Option(help: "One sentence about it.") var message: String = "reported as failed"
  @Flag(help: "A business error: boundary events catch it, and it is never retried.") var error = false
  @Flag(help: "Trying again cannot help.") var final = false
  @Option(help: "The fencing number, for a worker that must not report too late.") var fence: Int?
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    let outcome: WorkOutcome =
      error
      ? .businessError(code: code, message: message)
      : .failed(Failure(code: code, message: message, isRetryable: !final))
    return .finishTask(
      instance, token: try session.onlyTask(token, of: instance), outcome: outcome, fence: fence)
  }
}

struct SetVariables: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set variables of instances; null removes one.")
  @OptionGroup var targets: TargetOptions
  @OptionGroup var options: VerbOptions
  @Option(help: "The variables, as a JSON object.") var vars: String
  func verb(for instance: InstanceID, in session: StoreSession) throws -> Verb {
    let values = try JSONArgument.context(vars, of: "--vars")
    let changes = values.entries.map {
      VariableChange(name: $0.name, value: $0.value.isNull ? nil : $0.value)
    }
    guard !changes.isEmpty else { throw CommandFailure(.usage, "--vars {} sets nothing") }
    return .setVariables(instance, changes: changes)
  }
}

/// A JSON object on the command line.
enum JSONArgument {
  static func context(_ text: String, of option: String) throws -> Context {
    do {
      guard case .context(let context) = try Value(json: text) else {
        throw CommandFailure(.usage, "\(option) must be a JSON object such as {\"amount\": 3}")
      }
      return context
    } catch let error as JSONError {
      throw CommandFailure(.usage, "\(option): \(error)")
    }
  }
}
