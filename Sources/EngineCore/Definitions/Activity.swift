/// Work at a node: who does it, with what, how often it is tried and how it is undone.
public struct Activity: Sendable, Hashable, Codable {
  /// Who does it.
  public var work: Work
  /// What it is given; with none, all variables that are visible.
  public var inputs: [Mapping]
  /// What is kept of its `result`; with none, nothing is.
  public var outputs: [Mapping]
  /// How failures are retried.
  public var retry: RetryPolicy
  /// How long one attempt may take; nil means without limit.
  public var timeout: Duration?
  /// How its success is undone; nil means there is nothing to undo.
  public var compensation: Compensation?
  /// Finds out whether a step in doubt has happened: its `result` is true or false. Nil leaves that to a person.
  public var probe: Work?

  /// Makes an activity.
  public init(
    work: Work, inputs: [Mapping] = [], outputs: [Mapping] = [], retry: RetryPolicy = .never,
    timeout: Duration? = nil, compensation: Compensation? = nil, probe: Work? = nil
  ) {
    self.work = work
    self.inputs = inputs
    self.outputs = outputs
    self.retry = retry
    self.timeout = timeout
    self.compensation = compensation
    self.probe = probe
  }
}

/// Who does the work of an activity or of its compensation.
public enum Work: Sendable, Hashable, Codable {
  /// A handler inside the engine's process, by its registered name.
  case handler(name: String, configuration: ValueTemplate)
  /// A worker outside that fetches tasks by topic.
  case external(ExternalWork)
  /// A person.
  case user(UserWork)
  /// Nobody outside: the outputs are evaluated in the step itself.
  case script
  /// Another process, as an instance of its own.
  case call(CallWork)
}

/// Work that is done by an instance of another process (a call activity).
public struct CallWork: Sendable, Hashable, Codable {
  /// The key of the process, or an expression that gives it.
  public var process: ValueTemplate
  /// The version; nil for the newest one at the time of the call.
  public var version: Int?
  /// The business key of the child; nil gives it the one of its parent.
  public var businessKey: ValueTemplate?

  /// Makes a call.
  public init(process: ValueTemplate, version: Int? = nil, businessKey: ValueTemplate? = nil) {
    self.process = process
    self.version = version
    self.businessKey = businessKey
  }
}

/// Work that a process outside fetches, locks, does and reports.
public struct ExternalWork: Sendable, Hashable, Codable {
  /// The queue that workers fetch from.
  public var topic: String
  /// How long a worker has before the task is free again.
  public var lease: Duration

  /// Makes external work.
  public init(topic: String, lease: Duration = .seconds(60)) {
    self.topic = topic
    self.lease = lease
  }
}

/// Work that a person does.
public struct UserWork: Sendable, Hashable, Codable {
  /// Who shall do it: an expression or a literal that gives a name; nil means anyone.
  public var assignee: ValueTemplate?
  /// Who may do it: gives a list of names.
  public var candidates: ValueTemplate?
  /// When it should be done, counted from its creation. Shown, never enforced.
  public var due: Duration?
  /// The fields that a form would ask for, as the definition gives them.
  public var form: Value?

  /// Makes user work.
  public init(
    assignee: ValueTemplate? = nil, candidates: ValueTemplate? = nil, due: Duration? = nil, form: Value? = nil
  ) {
    self.assignee = assignee
    self.candidates = candidates
    self.due = due
    self.form = form
  }
}

/// How a completed step is undone. It sees the variables as they were when the step completed.
public struct Compensation: Sendable, Hashable, Codable {
  /// Who undoes it.
  public var work: Work
  /// What it is given.
  public var inputs: [Mapping]
  /// What it leaves to the compensations that run after it.
  public var outputs: [Mapping]
  /// How failures are retried; never unless given.
  public var retry: RetryPolicy
  /// How long one attempt may take.
  public var timeout: Duration?
  /// Whether a step that has failed for good is undone too, since it may have happened in part.
  public var includesFailure: Bool

  /// Makes a compensation.
  public init(
    work: Work, inputs: [Mapping] = [], outputs: [Mapping] = [], retry: RetryPolicy = .never,
    timeout: Duration? = nil, includesFailure: Bool = false
  ) {
    self.work = work
    self.inputs = inputs
    self.outputs = outputs
    self.retry = retry
    self.timeout = timeout
    self.includesFailure = includesFailure
  }
}

/// How often and after which pauses failed work is tried again.
public struct RetryPolicy: Sendable, Hashable, Codable {
  /// All attempts, the first one included; at least one.
  public var attempts: Int
  /// The pause before the second attempt.
  public var backoff: Duration
  /// What each later pause is multiplied by; one keeps it fixed.
  public var factor: Double
  /// The longest pause.
  public var maximum: Duration
  /// The share of each pause that chance may take away, 0 to 1, from the engine's seeded source.
  public var jitter: Double
  /// The error codes that are retried; nil retries every failure that says it may be.
  public var errors: [String]?
  /// The name of the `RetryRule` that says how long each pause is; nil for the numbers above.
  public var rule: String?

  /// The work is tried once.
  public static let never = RetryPolicy(attempts: 1)

  /// Makes a policy.
  public init(
    attempts: Int, backoff: Duration = .seconds(1), factor: Double = 1, maximum: Duration = .seconds(3600),
    jitter: Double = 0, errors: [String]? = nil, rule: String? = nil
  ) {
    self.attempts = attempts
    self.backoff = backoff
    self.factor = factor
    self.maximum = maximum
    self.jitter = jitter
    self.errors = errors
    self.rule = rule
  }

  /// The pause after a number of failures (1 after the first), with chance between 0 and 1.
  public func pause(afterFailures failures: Int, chance: Double) -> Duration {
    let base = Double(backoff.wholeMicroseconds)
    var microseconds = base
    for _ in 1..<max(failures, 1) {
      microseconds *= factor
      if microseconds >= Double(maximum.wholeMicroseconds) { break }
    }
    microseconds = min(microseconds, Double(maximum.wholeMicroseconds))
    microseconds -= microseconds * min(max(jitter, 0), 1) * min(max(chance, 0), 1)
    return .microseconds(Int64(max(microseconds, 0)))
  }
}

/// What happens to completed steps when a step has failed for good.
public struct SagaPolicy: Sendable, Hashable, Codable {
  /// How far compensation reaches.
  public var scope: SagaScope
  /// What a failed compensation does to the ones after it.
  public var onCompensationFailure: CompensationFailurePolicy
  /// In which order completed steps are undone.
  public var order: CompensationOrder

  /// Nothing is undone: the failed token waits for an operator.
  public static let none = SagaPolicy(scope: .none)
  /// The whole instance is undone.
  public static let global = SagaPolicy(scope: .global)
  /// The scope is undone, then the error goes to its boundary.
  public static let local = SagaPolicy(scope: .local)

  /// Makes a policy.
  public init(
    scope: SagaScope, onCompensationFailure: CompensationFailurePolicy = .halt, order: CompensationOrder = .strict
  ) {
    self.scope = scope
    self.onCompensationFailure = onCompensationFailure
    self.order = order
  }

  /// Whether the steps before a failed compensation are undone although it is not.
  var mayPassFailures: Bool { onCompensationFailure == .continue }
}

/// In which order completed steps are undone.
public enum CompensationOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// One at a time, the latest completion first.
  case strict
  /// Each one when all that came after it because of it are undone; independent steps at the same time.
  case causal
}

/// How far compensation reaches after a failure.
public enum SagaScope: String, Sendable, Hashable, Codable, CaseIterable {
  case none
  case local
  case global
}

/// What a failed compensation does to the ones after it.
public enum CompensationFailurePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The run stops with an incident until an operator retries or skips the step.
  case halt
  /// The failure is noted as an incident and the next step runs.
  case `continue`
}
