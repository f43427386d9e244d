import EngineCore

/// All effects of one command on one instance: a value, committed whole.
///
/// It never changes once it is made. It is an object only because it is handed on several times on its way to the disk,
/// and copying what it holds each time took a quarter of the engine's processor time.
public final class UnitOfWork: Sendable {
  /// The instance as it is afterwards; `changes` says which of its parts to write.
  public let instance: ProcessInstance
  /// The version that must be stored for the unit to hold; zero for a new instance. `instance.version` is one more.
  public let expectedVersion: Int64
  /// The events, in order; never empty.
  public let entries: [HistoryEntry]
  /// What of the instance was touched.
  public let changes: ChangeSet
  /// The command that asked for it, to be recorded in the same transaction.
  public let command: CommandRecord?
  /// The events that are to be published, ascending.
  public let outbox: [OutboxEntry]

  /// Makes a unit.
  public init(
    instance: ProcessInstance, expectedVersion: Int64, entries: [HistoryEntry], changes: ChangeSet,
    command: CommandRecord? = nil, outbox: [OutboxEntry] = []
  ) {
    self.instance = instance
    self.expectedVersion = expectedVersion
    self.entries = entries
    self.changes = changes
    self.command = command
    self.outbox = outbox
  }
}

/// A command as a row of the store: what was asked, by whom, why, and what came of it.
public struct CommandRecord: Sendable, Hashable {
  /// The number of its row; nil when the row has yet to be inserted (the command came from the engine's own process).
  public var id: Int64?
  /// The command.
  public var command: OperatorCommand
  /// When it was asked for.
  public var issuedAt: Timestamp
  /// When it was applied or refused; nil while it waits for an engine.
  public var decidedAt: Timestamp?
  /// What came of it; nil while it waits for an engine.
  public var answer: CommandAnswer?
  /// The version of the instance before.
  public var versionBefore: Int64?
  /// The version of the instance after.
  public var versionAfter: Int64?

  /// Makes a record of a command that has not been decided.
  public init(id: Int64? = nil, command: OperatorCommand, issuedAt: Timestamp) {
    self.id = id
    self.command = command
    self.issuedAt = issuedAt
  }
}

/// One thing to be written: a store takes many of them in one transaction.
public enum StoreWrite: Sendable {
  /// The effects of one step.
  case unit(UnitOfWork)
  /// A deployed definition, with the command that asked for it.
  indirect case deployment(DeployedDefinition, command: CommandRecord?)
  /// The end of an ended instance and its history, with the command that asked for it.
  indirect case deletion(InstanceID, command: CommandRecord?)
  /// A command that changed no instance (refused, or it only asked).
  indirect case decision(CommandRecord)
  /// Something about a message, with the command that asked for it.
  indirect case message(MessageWrite, command: CommandRecord?)
  /// When the newest version under a key starts instances by itself: all of its timers, in place of those before.
  indirect case startTimers(key: String, [StartTimer])
  /// A deployed version is suspended or goes on, or more of its instances have followed.
  indirect case hold(DefinitionHold, command: CommandRecord?)
  /// A sink has taken the events up to this place of the outbox.
  case published(through: Int64)
  /// Rows of commands that were decided long ago go, with the answers to their keys.
  case forgottenCommands([Int64])
  /// What comes from one source and stands or falls together: all of it is written, or nothing. It has one result.
  indirect case together([StoreWrite])

  /// The units in it, in order.
  public var units: [UnitOfWork] {
    switch self {
    case .unit(let unit): [unit]
    case .together(let parts): parts.flatMap(\.units)
    case .deployment, .deletion, .decision, .message, .startTimers, .hold, .published, .forgottenCommands: []
    }
  }
}

/// What came of one write.
public enum WriteResult: Sendable, Equatable {
  /// It is on disk.
  case committed
  /// An instance had another version, or was to be deleted and is gone already; nothing of the write was written.
  case conflict
  /// The store could not take it; nothing of it was written.
  case failed(StoreFailure)
}
