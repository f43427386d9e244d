import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import GRDBSQLite
import Testing

@testable import SQLiteAdapter

@Suite("A store runs where it is at home, and only as the file that was opened")
struct StorePlaceTests {
  private func copy(_ folder: StoreFolder, to name: String) throws -> String {
    let copy = folder.path + "/" + name
    try FileManager.default.copyItem(atPath: folder.store, toPath: copy)
    return copy
  }

  private func move(_ from: String, _ to: String) throws {
    for end in ["", "-wal", "-shm", "-lock"] where FileManager.default.fileExists(atPath: from + end) {
      try FileManager.default.moveItem(atPath: from + end, toPath: to + end)
    }
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

  enum Loss: String, CaseIterable, Sendable {
    case removed, moved, replaced, movedAndBack, locksRemoved, locksReplaced, logRemoved, logReplaced
  }

  private func lose(_ loss: Loss, _ folder: StoreFolder) throws {
    let away = folder.path + "/away.db"
    switch loss {
    case .removed:
      for end in ["", "-wal", "-shm"] { unlink(folder.store + end) }
    case .moved: try move(folder.store, away)
    case .replaced:
      try move(folder.store, away)
      _ = try SQLiteStore(path: folder.store)
    case .movedAndBack:
      try move(folder.store, away)
    case .locksRemoved: unlink(folder.store + "-lock")
    case .locksReplaced:
      unlink(folder.store + "-lock")
      _ = try SQLiteInbox(path: folder.store)
    case .logRemoved: unlink(folder.store + "-wal")
    case .logReplaced:
      let copy = folder.path + "/log"
      try FileManager.default.copyItem(atPath: folder.store + "-wal", toPath: copy)
      rename(copy, folder.store + "-wal")
    }
  }

  @Test("what the log held is brought into the store when its name alone is gone, and nothing else can be lost")
  func savedLog() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    let id = try driver.start(try driver.deploy(ContractProcess.order()), key: "A-17")
    unlink(folder.store + "-wal")
    let failure = #expect(throws: StoreFailure.self) { try store.renewLease(driver.lease, at: driver.now) }
    #expect(failure?.kind == .gone && failure?.path == folder.store + "-wal", "\(failure?.description ?? "")")
    #expect(failure?.message.contains("all that it held has been brought into the store") == true)
    let copy = try copy(folder, to: "copy.db")
    #expect(try SQLiteStore(path: copy).loadInstance(id)?.businessKey == "A-17")
    #expect(try StoreVerifier(SQLiteReader(path: copy)).findings().isEmpty)
  }

  @Test("a log that is brought into the database, or emptied, is the same log")
  func keptLog() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    for _ in 0..<3 {
      _ = try driver.deploy(ContractProcess.order())
      _ = try store.checkpointedBytes()
      try store.renewLease(driver.lease, at: driver.now)
      _ = try SQLiteReader(path: folder.store).leaseStatus()
    }
  }

  @Test("an engine whose file was removed, moved or replaced writes nothing more, anywhere", arguments: Loss.allCases)
  func lost(loss: Loss) throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    let id = try driver.start(try driver.deploy(ContractProcess.order()))
    let inbox = try SQLiteInbox(path: folder.store)
    let unit = try #require(try driver.unit(.setVariables([VariableChange(name: "a", value: 1)]), on: id))
    try lose(loss, folder)
    let failure = #expect(throws: StoreFailure.self) { try store.renewLease(driver.lease, at: driver.now) }
    #expect(failure?.kind == .gone)
    #expect(failure?.path.hasPrefix(folder.store) ?? false)
    #expect(failure?.message.contains("start") ?? false)
    if loss == .movedAndBack { try move(folder.path + "/away.db", folder.store) }
    for attempt in [
      { _ = try store.commit([.unit(unit)], lease: driver.lease) },
      { _ = try store.takeLease(StoreDriver.holder("again"), at: driver.now) },
      { try store.releaseLease(driver.lease, at: driver.now) },
    ] {
      #expect(#expect(throws: StoreFailure.self) { try attempt() }?.kind == .gone)
    }
    if loss != .movedAndBack {
      let failure = #expect(throws: StoreFailure.self) {
        try inbox.post(ContractCommand.command("k", .cancel(id)), at: driver.now)
      }
      #expect(failure?.kind == .gone)
    }
    if loss == .replaced { #expect(try SQLiteReader(path: folder.store).leaseStatus().isUntouched) }
  }
}
