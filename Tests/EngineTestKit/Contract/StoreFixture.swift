import EngineRuntime
import EngineStorage

/// Makes stores of one kind for the contract.
package struct StoreFixture: Sendable, CustomStringConvertible {
  /// What the kind is called.
  package let description: String
  /// Makes an empty store.
  package let make: @Sendable () throws -> StoreUnderTest

  package init(_ description: String, make: @escaping @Sendable () throws -> StoreUnderTest) {
    self.description = description
    self.make = make
  }
}

/// A store, and the ways of other processes into it.
package struct StoreUnderTest {
  /// The engine's way.
  package let engine: any EngineStore
  /// The way of an engine in another process. While the object lives, so does the process.
  package let another: () throws -> any EngineStore
  /// The way of consoles and the command line.
  package let reader: any ReadStore
  /// The way in for commands.
  package let inbox: any CommandInbox
  /// Goes through the store as `verify` does.
  package let verifier: any VerifiableStore
  /// What keeps the files of the store alive.
  package let keeper: AnyObject?

  package init(
    engine: any EngineStore, another: @escaping () throws -> any EngineStore, reader: any ReadStore,
    inbox: any CommandInbox, verifier: any VerifiableStore, keeper: AnyObject? = nil
  ) {
    self.engine = engine
    self.another = another
    self.reader = reader
    self.inbox = inbox
    self.verifier = verifier
    self.keeper = keeper
  }
}

/// One thing that every store must do.
package struct StoreClause: Sendable, CustomStringConvertible {
  /// A sentence.
  package let description: String
  /// Finds out whether a store does it.
  package let check: @Sendable (StoreUnderTest) throws -> Void

  package init(_ description: String, check: @escaping @Sendable (StoreUnderTest) throws -> Void) {
    self.description = description
    self.check = check
  }
}

/// What every store must do, whatever it is made of.
package enum StoreContract {
  /// All clauses.
  package static let clauses =
    unitClauses + deletionClauses + leaseClauses + queueClauses + taskClauses + commandClauses + definitionClauses
    + messageClauses + listClauses + filterClauses + detailClauses + clockClauses
    + startTimerClauses
    + outboxClauses + retentionClauses
}
