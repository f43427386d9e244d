import EngineStorage
import EngineTestKit
import SQLiteAdapter
import Testing

@Suite("Every store keeps the contract")
struct StoreContractTests {
  static let fixtures = [memory, sqlite]

  static let memory = StoreFixture("memory") {
    let store = MemoryStore()
    return StoreUnderTest(
      engine: store, another: { MemoryStore(sharing: store) }, reader: store, inbox: store, verifier: store)
  }

  static let sqlite = StoreFixture("SQLite") {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let reader = try SQLiteReader(path: folder.store)
    return StoreUnderTest(
      engine: store, another: { try SQLiteStore(path: folder.store) }, reader: reader,
      inbox: try SQLiteInbox(path: folder.store), verifier: reader, keeper: folder)
  }

  @Test("all clauses hold", arguments: fixtures, StoreContract.clauses)
  func clause(fixture: StoreFixture, clause: StoreClause) throws {
    let store = try fixture.make()
    try clause.check(store)
    withExtendedLifetime(store.keeper) {}
  }
}
