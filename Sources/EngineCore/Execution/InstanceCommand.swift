/// What a step is asked to do to one instance.
public enum InstanceCommand: Sendable, Hashable {
  /// The first command of an instance: its first token enters the start node.
  case start(businessKey: String?, variables: Context, parent: ParentLink? = nil)
  /// The first command of an instance that a message, a signal or a timer starts: its first token enters the node of
  /// that start event, and what came is kept as the event says.
  case startBy(NodeIndex, businessKey: String?, EventDelivery)
  /// A message or a signal comes to a subscription.
  case deliver(SubscriptionID, EventDelivery)
  /// A ready token may be executed: there is room for it.
  case claim(TokenID)
  /// An executing token of an older epoch: its engine died.
  case recover(TokenID)
  /// An attempt was stopped because its engine stops, or is no longer the engine: nobody died over it, and whether it
  /// took effect is unknown. The note is what it said until then.
  case giveBack(TokenID, attempt: Int, note: String? = nil)
  /// A handler reports. `attempt` must be the token's present one, so that a late report finds no one. The note is what
  /// it said beside its outcome; history keeps it.
  case finishWork(TokenID, attempt: Int, outcome: WorkOutcome, note: String? = nil)
  /// A worker, a person or an operator reports the outcome of a task. Workers name the fencing number they hold.
  case finishTask(TokenID, fence: Int?, outcome: WorkOutcome)
  /// An instance that a token called has ended. `canBeUndone` says whether it keeps records of its own.
  case finishChild(TokenID, child: InstanceID, outcome: WorkOutcome, canBeUndone: Bool)
  /// An instance that a token called has raised an escalation that nobody in it catches.
  case escalateChild(TokenID, child: InstanceID, code: String)
  /// A timer fell due, or an operator fires it.
  case fireTimer(TimerID)
  /// A timer gets another due time.
  case rescheduleTimer(TimerID, due: Timestamp)
  /// A worker takes an external task until an instant.
  case lockTask(TokenID, worker: String, until: Timestamp)
  /// A worker keeps its task for longer.
  case extendLease(TokenID, fence: Int, until: Timestamp)
  /// One more try for a failed token, or with nil for all of them.
  case retry(TokenID?)
  /// A failed or waiting node counts as done.
  case skip(TokenID, outputs: Context)
  /// A failed step was done by hand; the note says how, and must not be empty.
  case resolve(TokenID, outputs: Context, note: String)
  /// The instance ends without compensation, once the handlers that run have stopped or their grace is over.
  case cancel
  /// The same at once: handlers are stopped and not waited for.
  case terminate
  /// What can be undone is undone, all or a part of it; the forward work of that part ends.
  case compensate(reason: String, target: CompensationTarget = .everything)
  /// The engine has met a broken invariant: only cancel and terminate move the instance from here on.
  case corrupt(reason: String)
  /// Nothing advances any more.
  case suspend
  /// It goes on, with what came in meanwhile.
  case resume
  /// Its definition is suspended, and so nothing of it advances any more.
  case hold
  /// It goes on, whoever has suspended it: with its definition, or because whoever called it is being undone.
  case release
  /// Variables of the outermost scope are set.
  case setVariables([VariableChange])
}

/// What a step may know of the world: everything else is in the instance.
public struct StepContext: Sendable {
  /// What the instance runs.
  public var definition: ProcessDefinition
  /// Whether that is suspended: a new instance is so from its beginning, and none can be resumed by itself.
  public var isDefinitionSuspended = false
  /// The present instant.
  public var now: Timestamp
  /// The lease epoch of the engine.
  public var epoch: Int64
  /// How many handlers may begin at once in this step; others stay ready.
  public var freeSlots: Int
  /// How many of each handler that has a limit of its own may begin; others are bound by `freeSlots` alone.
  public var handlerSlots: [String: Int]
  /// The handlers that this engine has; nil means all. A token whose handler is missing stays ready.
  public var handlers: Set<String>?
  /// The number that the next instance gets: for the children of call activities.
  public var nextInstance: InstanceID
  /// A number between 0 and 1 from the engine's seeded source, for jitter.
  public var chance: Double
  /// Where zones of cron expressions come from; without, only UTC is known.
  public var zones: (any ZoneSource)?
  /// The rules that a program has added.
  public var extensions: StepExtensions

  /// Makes a context.
  public init(
    definition: ProcessDefinition, now: Timestamp, epoch: Int64, freeSlots: Int = 0, handlerSlots: [String: Int] = [:],
    handlers: Set<String>? = nil, nextInstance: InstanceID = InstanceID(1), chance: Double = 0,
    zones: (any ZoneSource)? = nil, extensions: StepExtensions = StepExtensions()
  ) {
    self.definition = definition
    self.now = now
    self.epoch = epoch
    self.freeSlots = freeSlots
    self.handlerSlots = handlerSlots
    self.handlers = handlers
    self.nextInstance = nextInstance
    self.chance = chance
    self.zones = zones
    self.extensions = extensions
  }
}

/// The named limits of the engine's core.
public enum CoreLimits {
  /// How many nodes that need nobody outside pass in one unit of work.
  public static let nodesPerUnit = 500
  /// How many instances a multi-instance activity may have, and how often a loop may repeat.
  public static let instancesPerLoop = 10_000
  /// How many engines may die during one step before it becomes an incident.
  public static let crashesPerStep = 5
  /// How long running handlers have to end before compensation goes on without them.
  public static let grace = Duration.seconds(10)
  /// How many calls may lie inside each other.
  public static let callDepth = 50
  /// How many characters of an error message an incident keeps.
  public static let messageLength = 2_000
}
