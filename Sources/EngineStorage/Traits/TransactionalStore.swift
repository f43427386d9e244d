import EngineCore
import EngineRuntime

/// All rows of a store, inside one open transaction.
public typealias StoreRows = ProcessInstanceStore & TokenStore & EventStore & TimerStore & SubscriptionStore
  & MessageStore
  & CompensationStore & TaskStore & IncidentStore & VariableStore & CommandStore & DefinitionStore & LeaseStore
  & OutboxStore

/// The transaction bracket: what an adapter adds to the rows to be the store of an engine.
///
/// An adapter knows how to write a row in its dialect and how to begin and end a transaction. Everything that has to be
/// decided is decided once for all of them: `UnitOfWorkWriter`, `LeaseRules`, and what `EngineStore` gets from here.
public protocol TransactionalStore: AnyObject, Sendable {
  /// The file, or another name of the store.
  var path: String { get }

  /// Runs something in a transaction that may write; when it fails nothing of it takes effect. Durable when it returns.
  func write<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result
  /// Runs something that only reads, on one state of the store.
  func read<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result

  /// Takes what tells, on this host and for as long as this process lives, that it is the engine. False when another
  /// process has it. Taking it twice is taking it once.
  func claimHost() throws(StoreFailure) -> Bool
  /// Gives it back.
  func releaseHost()
  /// An engine that runs handlers has taken the lease: before its first handler begins, every copy of the store has to
  /// say where it is at home.
  func engineHasBegun() throws(StoreFailure)
  /// A commit of the engine is done: time to let other writers in and to look after the log.
  func engineHasCommitted() throws(StoreFailure)
  /// The engine has given its lease back, but not yet its host: time to leave the store tidy.
  func engineHasStopped() throws(StoreFailure)
}
