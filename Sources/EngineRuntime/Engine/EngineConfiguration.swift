import EngineCore

/// The named limits of an engine. The defaults suit handlers that run commands on a small machine.
public struct EngineConfiguration: Sendable {
  /// How many handlers run at once.
  public var concurrentHandlers = 64
  /// How many handlers of one name run at once, for names that have a limit of their own.
  public var handlerLimits: [String: Int] = [:]
  /// How many units one commit takes: when all of them are taken, each kind of work may still add a quarter of it, so
  /// that a flood of one kind does not keep the others out.
  public var unitsPerCommit = 1_000
  /// How many instances stay in memory between their steps.
  public var cachedInstances = 20_000
  /// How many ready tokens and pending timers are read ahead of time.
  public var readAhead = 2_000
  /// How often the holder says that it is alive.
  public var heartbeat = Duration.seconds(2)
  /// How often an idle engine looks for commands that other processes have posted.
  public var pollForeignCommits = Duration.milliseconds(20)
  /// The pause before a write is tried again after the store failed, and before a lost lease is taken again.
  public var storeRetry = Duration.milliseconds(250)
  /// Whether handlers are run at all; without, only commands are applied.
  public var runsHandlers = true
  /// Where the zones of cron expressions come from.
  public var zones: any ZoneSource = ZoneFolder()
  /// Makes what tells the engine which timers are due; nil for reading ahead in the store. Called once for each engine.
  public var timerBackend: (@Sendable () -> any TimerBackend)?
  /// The rules that this program adds: of custom nodes, retries and languages.
  public var extensions = StepExtensions()
  /// Where chosen events are published; without, they wait in the store for an engine that has a sink.
  public var sink: (any EventSink)?
  /// The events of all definitions that are published, besides those that a definition chooses. The store remembers
  /// them for those who apply commands while no engine runs.
  public var publishes: Set<PublishableEvent> = []
  /// How many events a sink is handed at once.
  public var publishedPerBatch = 200
  /// How long ended instances are kept whose definitions do not say; nil keeps them.
  public var retention: RetentionPolicy?
  /// Where instances go that are kept no longer; without, they are deleted, but for those that must be exported.
  public var archive: (any InstanceArchive)?
  /// How long the row of a decided command is kept, and with it the answer to its idempotency key; nil keeps them.
  public var keepsCommandsFor: Duration? = .seconds(30 * 86_400)
  /// How many instances go in one turn at most.
  public var retentionPortion = 20
  /// The pause between two portions.
  public var retentionPause = Duration.milliseconds(20)
  /// The rest after everything has been looked through.
  public var retentionInterval = Duration.seconds(30)
  /// The seed of the engine's source of chance.
  public var seed: UInt64 = 0

  /// The defaults.
  public init() {}
}

/// Where an engine reads the time.
public protocol EngineClock: Sendable {
  /// The present instant.
  func now() -> Timestamp
  /// Time that has passed since some beginning. Unlike the present instant nobody sets it: it only goes forward, as
  /// fast as time does. Handlers run out of time by it.
  func elapsed() -> Duration
}

extension EngineClock {
  /// The present instant stands in for it, where that is never set.
  public func elapsed() -> Duration { .microseconds(now().microseconds) }
}

/// What an engine tells the process around it. Called on the engine's thread: be quick, and do not call back.
public protocol EngineObserver: Sendable {
  /// These units are on disk.
  func committed(_ units: [UnitOfWork])
  /// The store failed, the lease was lost or taken again, a handler report came too late: one sentence each.
  func noticed(_ notice: EngineNotice)
}

/// Something an operator or a log should know about an engine itself.
public enum EngineNotice: Sendable, Hashable {
  /// The store could not take a write; it is tried again.
  case storeFailed(StoreFailure)
  /// It takes writes again.
  case storeRecovered
  /// Another process became the engine: this one has stopped claiming.
  case leaseLost(epoch: Int64)
  /// This process is the engine again.
  case leaseTaken(epoch: Int64)
  /// A unit did not fit the stored version: its instance is read anew.
  case versionConflict(InstanceID)
  /// A report or timer that no longer had anyone to take it.
  case ignored(InstanceID, Rejection)
  /// A definition should have started an instance by itself, and could not.
  case startFailed(DefinitionID, Rejection)
  /// The sink did not take a batch, so many times in a row: the batch comes again after a pause.
  case sinkFailed(SinkFailure, failures: Int)
  /// The sink takes events again.
  case sinkRecovered
  /// The archive did not keep a portion, so many times in a row: nothing of it is deleted, and it comes again.
  case archiveFailed(ArchiveFailure, failures: Int)
  /// The archive keeps instances again.
  case archiveRecovered
  /// An instance was marked, because an invariant is broken in it: nothing but an operator moves it any more.
  case corrupted(InstanceID, reason: String)
  /// What the store holds of an instance or a definition cannot be read: it is left as it is, and the rest goes on.
  case unreadable(StoreFailure)
}

/// A small seeded source of chance (SplitMix64, Steele et al. 2014): the same seed gives the same run.
struct ChanceSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The next number from 0 up to 1.
  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Double(mixed >> 11) / Double(1 << 53)
  }
}
