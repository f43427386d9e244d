/// What somebody outside the engine asks for: an operator, the command line, a worker, an embedding program.
///
/// Every command becomes a row of the store (the audit), written in the transaction of its effect.
public struct OperatorCommand: Sendable, Hashable {
  /// Names the command once and for all: repeating it gives the first answer.
  public var key: String
  /// What is asked for.
  public var verb: Verb
  /// The version of the instance that the plan was made for; nil accepts any.
  public var expectedVersion: Int64?
  /// Who asks, and from where.
  public var issuer: Issuer
  /// Why, in the operator's words.
  public var reason: String?

  /// Makes a command.
  public init(key: String, verb: Verb, expectedVersion: Int64? = nil, issuer: Issuer, reason: String? = nil) {
    self.key = key
    self.verb = verb
    self.expectedVersion = expectedVersion
    self.issuer = issuer
    self.reason = reason
  }

  /// Why another command under the same key is no repetition of this one; nil when it is one. Who asks, why and for
  /// which version may differ; of a deployment that was decided only the name and the folder are known.
  public func refusal(of other: OperatorCommand) -> Rejection? {
    let isRepetition =
      switch (verb, other.verb) {
      case (.deploy(let first, let folder), .deploy(let second, let otherFolder)):
        first.key == second.key && folder == otherFolder
      default: verb == other.verb
      }
    if isRepetition { return nil }
    return Rejection(
      .keyReused,
      "the key \(key) belongs to another command (\(verb.name)), so nothing was done: use a key of its own for each command"
    )
  }
}

/// What can be asked for.
public enum Verb: Sendable, Hashable {
  /// Starts an instance of the newest (or given) version of a process.
  case start(process: String, version: Int?, businessKey: String?, variables: Context)
  /// Deploys a definition that has been validated; the folder is where its relative commands are looked up.
  case deploy(ProcessDefinition, folder: String)
  /// Makes failed tokens ready again: one, or with nil all of the instance.
  case retry(InstanceID, token: TokenID?)
  /// Counts a failed or waiting node as done, with these outputs.
  case skip(InstanceID, token: TokenID, outputs: Context)
  /// Somebody did by hand what a failed step could not: it counts as completed, with these outputs, so that a later
  /// compensation undoes it. The command's reason is the note, and must be given.
  case resolve(InstanceID, token: TokenID, outputs: Context)
  /// Ends an instance without compensation; handlers get their grace.
  case cancel(InstanceID)
  /// Ends an instance at once.
  case terminate(InstanceID)
  /// Ends forward work and undoes what can be undone, in the instance or in a part of it.
  case compensate(InstanceID, target: CompensationTarget = .everything)
  /// Stops an instance from advancing.
  case suspend(InstanceID)
  /// Lets it advance again.
  case resume(InstanceID)
  /// Stops the newest (or given) version of a process: none of its instances advances, and new ones wait from their
  /// beginning. The instances are suspended one portion after the other; what is touched before that is so at once.
  case suspendDefinition(process: String, version: Int?)
  /// Lets it go on, with all the instances that were suspended because of it, and no others.
  case resumeDefinition(process: String, version: Int?)
  /// Fires a timer now.
  case fireTimer(InstanceID, timer: TimerID)
  /// Gives a timer another due time.
  case rescheduleTimer(InstanceID, timer: TimerID, due: Timestamp)
  /// Sets variables (a nil value removes one) in the outermost scope.
  case setVariables(InstanceID, changes: [VariableChange])
  /// Reports the outcome of a user or external task. External reports name the fencing number they hold.
  case finishTask(InstanceID, token: TokenID, outcome: WorkOutcome, fence: Int?)
  /// Fetches and locks up to a number of external tasks of a topic.
  case fetchTasks(topic: String, worker: String, limit: Int, lease: Duration?)
  /// Extends the lease of a locked external task.
  case extendLease(InstanceID, token: TokenID, fence: Int, lease: Duration)
  /// Sends a message to whoever waits for it. The command's key names the message once and for all.
  case send(OutgoingMessage)
  /// Sends a signal to everybody who waits for it.
  case signal(name: String, variables: Context)
  /// Deletes an ended instance with its history.
  case delete(InstanceID)

  /// The word used in audit rows, JSON and on the command line.
  public var name: String {
    switch self {
    case .start: "start"
    case .deploy: "deploy"
    case .retry: "retry"
    case .skip: "skip"
    case .resolve: "resolve"
    case .cancel: "cancel"
    case .terminate: "terminate"
    case .compensate: "compensate"
    case .suspend, .suspendDefinition: "suspend"
    case .resume, .resumeDefinition: "resume"
    case .fireTimer: "fire"
    case .rescheduleTimer: "reschedule"
    case .setVariables: "set"
    case .finishTask(_, _, let outcome, _):
      switch outcome {
      case .completed: "complete"
      case .businessError, .failed, .cancelled: "fail"
      case .waiting: "wait"
      }
    case .fetchTasks: "fetch"
    case .extendLease: "extend"
    case .delete: "delete"
    case .send: "send"
    case .signal: "signal"
    }
  }

  /// The instance it concerns, if it concerns one.
  public var instance: InstanceID? {
    switch self {
    case .start, .deploy, .fetchTasks, .send, .signal, .suspendDefinition, .resumeDefinition: nil
    case .retry(let id, _), .skip(let id, _, _), .resolve(let id, _, _), .cancel(let id), .terminate(let id),
      .compensate(let id, _),
      .suspend(let id), .resume(let id), .fireTimer(let id, _), .rescheduleTimer(let id, _, _),
      .setVariables(let id, _), .finishTask(let id, _, _, _), .extendLease(let id, _, _, _), .delete(let id):
      id
    }
  }
}

/// Who asks, and from where; as much as the asking process could find out.
public struct Issuer: Sendable, Hashable {
  /// The login name.
  public var user: String
  /// Who became that user through sudo, if anyone.
  public var sudoUser: String?
  /// The address an ssh connection came from, if there is one.
  public var sshClient: String?
  /// The machine.
  public var host: String
  /// The part of sagatop it came through: `console`, `cli`, `worker`, `api`.
  public var source: String

  /// Describes an issuer.
  public init(user: String, sudoUser: String? = nil, sshClient: String? = nil, host: String, source: String) {
    self.user = user
    self.sudoUser = sudoUser
    self.sshClient = sshClient
    self.host = host
    self.source = source
  }
}

/// What came of a command.
public enum CommandAnswer: Sendable, Hashable {
  /// It was done; the value says what there is to say (e.g. `{"instance": 7}`).
  case done(Value)
  /// It was refused; nothing was changed.
  case refused(Rejection)
}
