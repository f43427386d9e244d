import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import GRDBSQLite
import Testing

@testable import SQLiteAdapter

@Suite("A store runs where it is at home")
struct StorePlaceTests {
  private func copy(_ folder: StoreFolder, to name: String) throws -> String {
    let copy = folder.path + "/" + name
    try FileManager.default.copyItem(atPath: folder.store, toPath: copy)
    return copy
  }

  @Test("a copy without its log, made while the first engine runs, knows where it is at home")
  func copiedFile() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    try driver.deploy(ContractProcess.order())
    let status = try SQLiteReader(path: copy(folder, to: "copy.db")).leaseStatus()
    #expect(status.isAtHome(on: "here", path: "/store"))
    #expect(!status.isAtHome(on: "here", path: "/copy"))
  }

  @Test("a copy of a store that was taken over is at home with its new engine")
  func takenOver() throws {
    let folder = try StoreFolder()
    try StoreDriver(SQLiteStore(path: folder.store)).release()
    let driver = try StoreDriver(SQLiteStore(path: folder.store), holder: StoreDriver.holder("second", host: "there"))
    let status = try SQLiteReader(path: copy(folder, to: "copy.db")).leaseStatus()
    #expect(status.isAtHome(on: "there", path: "/store"))
    #expect(!status.isAtHome(on: "here", path: "/store"))
    try driver.release()
  }

  @Test("a long reader keeps neither an engine from its work nor, in the end, the file from knowing its home")
  func longReader() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    var reader: OpaquePointer?
    #expect(sqlite3_open_v2(folder.store, &reader, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
    defer { sqlite3_close(reader) }
    #expect(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM engine_lease", nil, nil, nil) == SQLITE_OK)
    let driver = try StoreDriver(store)
    #expect(sqlite3_exec(reader, "COMMIT", nil, nil, nil) == SQLITE_OK)
    try store.renewLease(driver.lease, at: driver.now)
    let status = try SQLiteReader(path: copy(folder, to: "copy.db")).leaseStatus()
    #expect(!status.isAtHome(on: "here", path: "/copy"))
  }

  @Test("a store that was only written for a moment is at home nowhere yet")
  func momentary() throws {
    let folder = try StoreFolder()
    let holder = LeaseHolder(engine: "e", host: "here", path: "/store", process: 1, isMomentary: true)
    let driver = try StoreDriver(SQLiteStore(path: folder.store), holder: holder)
    try driver.release()
    let status = try SQLiteReader(path: copy(folder, to: "copy.db")).leaseStatus()
    #expect(status.isAtHome(on: "laptop", path: "/copy"))
  }
}
