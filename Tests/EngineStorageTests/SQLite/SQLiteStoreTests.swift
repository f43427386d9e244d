import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import Glibc
import Synchronization
import Testing

@testable import SQLiteAdapter

@Suite("A SQLite store is durable, bounded, and lets others in")
struct SQLiteStoreTests {
  private func pragma(_ sql: StaticString, _ store: SQLiteStore) throws -> String? {
    try store.inside { (rows) throws(StoreFailure) in try rows.sql(sql).first { $0.text(0) } }
  }

  @Test("the engine's connection is set up for durability, and says whose file it is")
  func pragmas() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    #expect(try pragma("PRAGMA journal_mode", store) == "wal")
    #expect(try pragma("PRAGMA synchronous", store) == "2")
    #expect(try pragma("PRAGMA wal_autocheckpoint", store) == "0")
    #expect(try pragma("PRAGMA mmap_size", store) ?? "0" == "0")
    #expect(try pragma("PRAGMA busy_timeout", store) == "5000")
    #expect(try pragma("PRAGMA application_id", store) == "1935763297")
    #expect(try pragma("PRAGMA user_version", store) == "\(SQLiteMigration.currentVersion)")
  }

  @Test("processes that make the same store at once all succeed")
  func concurrentOpening() async throws {
    let folder = try StoreFolder()
    let path = folder.store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 { group.addTask { _ = try SQLiteStore(path: path) } }
      try await group.waitForAll()
    }
    #expect(try StoreVerifier(SQLiteReader(path: path)).findings() == [])
  }

  @Test("a store is the same after it was closed and opened")
  func reopening() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    let id = try driver.start(try driver.deploy(ContractProcess.order()), variables: ["a": 1])
    try driver.finish("reserve", of: id)
    try driver.release()
    let again = try driver.hand(over: SQLiteStore(path: folder.store), to: StoreDriver.holder("second"))
    try again.check(id)
    try again.finish("pick", of: id)
    try again.check(id)
  }

  @Test("nobody but the engine checkpoints, not even by closing")
  func checkpoints() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    try driver.deploy(ContractProcess.order())
    try driver.release()
    #expect(HostFacts.size(of: folder.store + "-wal") == 0)
    do {
      let inbox = try SQLiteInbox(path: folder.store)
      _ = try inbox.post(ContractCommand.command("k", .cancel(InstanceID(1))), at: driver.now)
    }
    let left = HostFacts.size(of: folder.store + "-wal")
    #expect(left > 0)
    do { _ = try SQLiteReader(path: folder.store).engine() }
    #expect(HostFacts.size(of: folder.store + "-wal") == left)
  }

  @Test("the log is brought into the database before it grows without bound")
  func boundedLog() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    let id = try driver.start(try driver.deploy(ContractProcess.pair()))
    let payload = Value.string(String(repeating: "x", count: 400_000))
    for number in 0..<120 {
      try driver.perform(
        .setVariables([VariableChange(name: "n\(number % 2)", value: payload)]), on: id)
    }
    let limit = Int64(WriteAheadLog.pagesBeforeCheckpoint) * 4096
    #expect(HostFacts.size(of: folder.store + "-wal") < limit * 2)
    #expect(HostFacts.size(of: folder.store) > limit)
    try driver.check(id)
  }

  @Test("a full disk is called so, and nothing of the batch is left behind")
  func diskFull() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    let deployed = try driver.deploy(ContractProcess.pair())
    let first = try driver.start(deployed)
    let second = try driver.start(deployed)
    try store.inside { (rows) throws(StoreFailure) in
      let pages = try rows.sql("PRAGMA page_count").first { $0.integer(0) } ?? 0
      try rows.sql.composed("PRAGMA max_page_count = \(pages + 2)").run()
    }
    let payload = Value.string(String(repeating: "x", count: 100_000))
    let small = try #require(try driver.unit(.setVariables([VariableChange(name: "a", value: 1)]), on: first))
    let large = try #require(try driver.unit(.setVariables([VariableChange(name: "b", value: payload)]), on: second))
    let failure = #expect(throws: StoreFailure.self) {
      try store.commit([.unit(small), .unit(large)], lease: driver.lease)
    }
    #expect(failure?.kind == .diskFull)
    #expect(failure?.message.contains("make room") ?? false)
    try driver.check(first)
    try driver.check(second)
    #expect(try store.commit([.unit(small)], lease: driver.lease) == [.committed])
    driver.note(small)
    try driver.check(first)
    try store.inside { (rows) throws(StoreFailure) in try rows.sql("PRAGMA max_page_count = 1000000").run() }
    #expect(try store.commit([.unit(large)], lease: driver.lease) == [.committed])
    driver.note(large)
    try driver.check(second)
  }

  @Test("a writer gets in while an engine commits without a pause")
  func fairness() async throws {
    let folder = try StoreFolder()
    let path = folder.store
    let driver = try StoreDriver(SQLiteStore(path: path))
    let id = try driver.start(try driver.deploy(ContractProcess.pair()))
    let isOver = Atomic(false)
    let waits = Task.detached {
      defer { isOver.store(true, ordering: .relaxed) }
      let inbox = try SQLiteInbox(path: path)
      var waits: [Duration] = []
      for number in 0..<40 {
        let start = ContinuousClock.now
        let command = ContractCommand.command("k\(number)", .cancel(InstanceID(1)))
        _ = try inbox.post(command, at: Timestamp(microseconds: 1))
        waits.append(ContinuousClock.now - start)
      }
      return waits.sorted()
    }
    var commits = 0
    while !isOver.load(ordering: .relaxed) {
      try driver.perform(.setVariables([VariableChange(name: "n", value: Value(commits))]), on: id)
      commits += 1
    }
    let sorted = try await waits.value
    // Half of SQLite's own waits would take longer; a slow machine is still given ten times the goal.
    #expect(sorted[sorted.count / 2] < .milliseconds(200))
    #expect(commits > 0)
    #expect(try driver.store.waitingCommands(limit: 100).count == 40)
    try driver.check(id)
  }

  @Test("a store beside which nothing can be written is read from a private copy")
  func forensicCopy() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    let id = try driver.start(try driver.deploy(ContractProcess.order()))
    var copied = ""
    do {
      let copy = try ForensicCopy(of: folder.store)
      copied = copy.path
      let reader = try SQLiteReader(path: copy.path)
      #expect(try reader.detail(id, historyLimit: 10)?.instance == (try driver.instance(id)))
      #expect(try StoreVerifier(reader).findings() == [])
      let status = try FileManager.default.attributesOfItem(atPath: SQLiteFile.folder(of: copied))
      #expect(status[.posixPermissions] as? Int == 0o700)
    }
    #expect(!FileManager.default.fileExists(atPath: SQLiteFile.folder(of: copied)))
    #expect(try SQLiteReader(path: folder.store).notice == nil)
  }

  @Test("who may become the engine is told by the last one")
  func leaseStatus() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let reader = try SQLiteReader(path: folder.store)
    #expect(try reader.leaseStatus().isUntouched)
    #expect(try reader.leaseStatus().isAtHome(on: "laptop", path: "/copy"))
    let driver = try StoreDriver(store)
    #expect(try reader.leaseStatus().isAlive)
    try driver.release()
    let status = try reader.leaseStatus()
    #expect(!status.isAlive)
    #expect((status.epoch, status.host, status.path, status.process) == (1, "here", "/store", 1))
    #expect(status.isAtHome(on: "here", path: "/store"))
    #expect(!status.isAtHome(on: "here", path: "/copy"))
    #expect(!status.isAtHome(on: "laptop", path: "/store"))
  }

  @Test("a store under another name is the same store: it has one engine")
  func linked() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link.db", withDestinationPath: folder.store)
    let link = try SQLiteStore(path: folder.path + "/link.db")
    #expect(try store.claimHost())
    #expect(try !link.claimHost())
    store.releaseHost()
    #expect(try link.claimHost())
  }

  @Test("an engine that lives is not replaced because the file of its locks was removed")
  func removedLocks() throws {
    let folder = try StoreFolder()
    // As plain as can be: Foundation's processes wait for a run loop that no test has.
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
    defer { for argument in arguments { free(argument) } }
    #expect(posix_spawn(&process, "/usr/bin/sleep", nil, nil, &arguments, nil) == 0)
    defer { kill(process, SIGKILL) }
    let store = try SQLiteStore(path: folder.store)
    let holder = LeaseHolder(
      engine: "e", host: LeaseHolder.thisHost, path: folder.store, process: process)
    let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    _ = try store.takeLease(holder, at: now)
    try FileManager.default.removeItem(atPath: folder.store + "-lock")
    #expect(try !SQLiteStore(path: folder.store).claimHost())
    kill(process, SIGKILL)
    var status: CInt = 0
    waitpid(process, &status, 0)
    #expect(try SQLiteStore(path: folder.store).claimHost())
  }
}
