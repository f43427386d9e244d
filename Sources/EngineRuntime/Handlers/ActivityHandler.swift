import EngineCore

/// The asynchronous work of a service task, or of undoing one.
///
/// It runs outside every transaction, at least once per activity, after its predecessor's completion is on disk. Use
/// `ActivityContext.idempotencyKey` to make repeating harmless. When the task is cancelled it should stop and return
/// `.cancelled`, or `.completed` if it was done anyway; one that takes its time for that should also end what it has
/// begun when it is stopped at once (`ActivityContext.whenStoppedAtOnce`).
///
/// When the work goes on elsewhere (somebody will call back) it returns `.waiting`: the step then waits, across the
/// deaths of engines, until somebody reports the outcome (`Engine.report`, `sagatop complete` and `sagatop fail`).
/// Whoever may be faster than this answer is refused and has to try again.
public protocol ActivityHandler: Sendable {
  /// Does the work once.
  func execute(_ context: ActivityContext) async -> WorkOutcome
  /// Says what is wrong with a configuration at deploy time; nil when nothing is.
  func validate(configuration: ValueTemplate) -> String?
}

extension ActivityHandler {
  /// Accepts every configuration.
  public func validate(configuration: ValueTemplate) -> String? { nil }
}

/// The asynchronous work of undoing a step: a handler whose context says `mode == .compensation`.
public typealias CompensationHandler = ActivityHandler

/// What a handler is told about the work it does.
public struct ActivityContext: Sendable {
  /// The process instance.
  public let instance: InstanceID
  /// The token: with the instance and the attempt it names this work to whoever completes it later.
  public let token: TokenID
  /// The name that the outside world has for the instance.
  public let businessKey: String?
  /// The process, e.g. `order-fulfilment@3`.
  public let process: String
  /// The identifier of the node.
  public let node: String
  /// Forward, undoing, or asking whether a step in doubt happened.
  public let mode: TokenMode
  /// Which attempt this is, from 1.
  public let attempt: Int
  /// The same for every attempt of the same activity, and for no other.
  public var idempotencyKey: String { key.text }
  /// The lease epoch; a resource that remembers the highest one can refuse a paused engine.
  public let epoch: Int64
  /// The handler's configuration from the definition, with its expressions evaluated.
  public let configuration: Value
  /// What the activity was given: its inputs, or all visible variables.
  public let variables: Context
  /// The folder that relative commands are looked up in.
  public let folder: String
  /// How long this attempt may take; the engine cancels the handler afterwards.
  public let timeout: Duration?
  /// When the engine cancels the handler because its time is over; nil when it may take as long as it needs.
  public let deadline: ContinuousClock.Instant?

  private let key: IdempotencyKey
  private var stopping: (desk: StopDesk, work: WorkKey)?
  private var noting: NoteDesk?

  /// Makes a context; engines and tests do.
  public init(
    instance: InstanceID, businessKey: String? = nil, process: String, node: String, mode: TokenMode = .forward,
    attempt: Int = 1, idempotencyKey: String, epoch: Int64 = 0, configuration: Value = .null,
    variables: Context = Context(), folder: String = "", timeout: Duration? = nil, token: TokenID = .none
  ) {
    self.init(
      instance: instance, token: token, businessKey: businessKey, process: process, node: node, mode: mode,
      attempt: attempt,
      key: .text(idempotencyKey), epoch: epoch, configuration: configuration, variables: variables, folder: folder,
      timeout: timeout)
  }

  init(
    instance: InstanceID, token: TokenID, businessKey: String?, process: String, node: String, mode: TokenMode,
    attempt: Int, key: IdempotencyKey, epoch: Int64, configuration: Value, variables: Context, folder: String,
    timeout: Duration?
  ) {
    self.instance = instance
    self.token = token
    self.businessKey = businessKey
    self.process = process
    self.node = node
    self.mode = mode
    self.attempt = attempt
    self.key = key
    self.epoch = epoch
    self.configuration = configuration
    self.variables = variables
    self.folder = folder
    self.timeout = timeout
    deadline = timeout.map { ContinuousClock.now + $0 }
  }
}

extension ActivityContext {
  /// Calls a body when the work has to end at once, because an operator terminates the instance or a grace is over:
  /// what is not ended then goes on although nobody wants it.
  ///
  /// The task is cancelled besides, which is all that most handlers need. The body is called at most once, from any
  /// thread, and at once when it is too late already; it must not wait for anything. Only the latest body counts.
  public func whenStoppedAtOnce(_ body: @escaping @Sendable () -> Void) {
    if let stopping { stopping.desk.leave(body, for: stopping.work) }
  }

  /// Says something beside the outcome, which history keeps with this attempt whatever comes of it: a warning, or what
  /// a command wrote to standard error.
  ///
  /// Only the latest note counts, and none that comes after the outcome. It is stored as it is: whoever notes much caps
  /// it. A context that no engine made keeps no notes.
  public func note(_ text: String) {
    if let noting, let work = stopping?.work { noting.leave(text, for: work) }
  }

  /// The same context, for a handler that hears at a desk that it is to stop at once, and leaves its notes at another.
  package func hearing(at desk: StopDesk, notingAt notes: NoteDesk? = nil, as work: WorkKey) -> ActivityContext {
    var context = self
    context.stopping = (desk, work)
    context.noting = notes
    return context
  }
}

/// What names one run of one activity in all stores: the time of the start stands in it.
enum IdempotencyKey: Sendable {
  case text(String)
  case run(InstanceID, startedAt: Timestamp, TokenID)

  var text: String {
    switch self {
    case .text(let text): text
    case .run(let instance, let startedAt, let token):
      String(startedAt.microseconds, radix: 36) + "-\(instance)-\(token)"
    }
  }
}

extension ProcessInstance {
  /// The idempotency keys of the activities that are being executed.
  public var idempotencyKeysInFlight: [String] {
    tokens.filter { $0.state == .executing }.map { IdempotencyKey.run(id, startedAt: createdAt, $0.id).text }
  }
}

/// The handlers of an engine, by the names that definitions use.
public struct HandlerRegistry: Sendable {
  private var handlers: [String: any ActivityHandler]

  /// Makes an empty registry.
  public init() { handlers = [:] }

  /// The handler under a name; assigning replaces it.
  public subscript(name: String) -> (any ActivityHandler)? {
    get { handlers[name] }
    set { handlers[name] = newValue }
  }

  /// Registers a handler written as a closure.
  public mutating func register(
    _ name: String, _ body: @escaping @Sendable (ActivityContext) async -> WorkOutcome
  ) {
    handlers[name] = ClosureHandler(body: body)
  }

  /// All names, ascending.
  public var names: [String] { handlers.keys.sorted() }
}

private struct ClosureHandler: ActivityHandler {
  let body: @Sendable (ActivityContext) async -> WorkOutcome
  func execute(_ context: ActivityContext) async -> WorkOutcome { await body(context) }
}
