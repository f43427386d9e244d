import EngineCore
import EngineRuntime

/// Live tokens, and the open subprocesses that they stand in.
public protocol TokenStore {
  /// The live tokens of an instance, ascending.
  func tokens(of instance: InstanceID) throws(StoreFailure) -> [Token]
  /// One live token; nil when there is none under that number. A point look-up.
  func token(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) -> Token?
  /// Writes the row of a new token, with what its instance runs: the lanes of ready tokens go by it.
  func insert(_ token: Token, of instance: InstanceID, running definition: DefinitionID) throws(StoreFailure)
  /// Writes the row of a token that is there.
  func update(_ token: Token, of instance: InstanceID) throws(StoreFailure)
  /// Gives the row of a token that has ended to its successor: what nearly every step does.
  func replace(_ ended: TokenID, by token: Token, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a token that has ended.
  func delete(_ token: TokenID, of instance: InstanceID) throws(StoreFailure)

  /// The first lane after a given one in which ready tokens wait. One search of an index of ready tokens alone.
  func readyLane(after lane: ReadyLane?) throws(StoreFailure) -> ReadyLane?
  /// Ready tokens of a lane, ascending, after a position. Served by the same index.
  func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition]
  /// Executing tokens of all instances of older epochs than the given one, ascending, after a position.
  func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition]

  /// The open subprocesses of an instance, ascending.
  func scopes(of instance: InstanceID) throws(StoreFailure) -> [ScopeInstance]
  /// Writes the row of an open subprocess, new or not.
  func put(_ scope: ScopeInstance, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a subprocess that has ended.
  func delete(_ scope: ScopeID, of instance: InstanceID) throws(StoreFailure)
}
