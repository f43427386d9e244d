import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import Testing

@testable import SQLiteAdapter

@Suite("A file that is no store is refused with a sentence")
struct SQLiteFileTests {
  private func failure(of open: (String) throws -> Void, _ path: String) -> StoreFailure? {
    #expect(throws: StoreFailure.self) { try open(path) }
  }

  private func engine(_ path: String) throws { _ = try SQLiteStore(path: path) }
  private func reader(_ path: String) throws { _ = try SQLiteReader(path: path) }
  private func inbox(_ path: String) throws { _ = try SQLiteInbox(path: path) }

  @Test("a missing file is made by an engine, and named by everybody else")
  func missing() throws {
    let folder = try StoreFolder()
    let read = failure(of: reader, folder.store)
    #expect(read?.kind == .unreadable)
    #expect(read?.message.contains("there is no such file") ?? false)
    #expect(failure(of: inbox, folder.store)?.kind == .unreadable)
    #expect(failure(of: engine, folder.path + "/none/store.db")?.message.contains("make the folder first") ?? false)
    try engine(folder.store)
    try reader(folder.store)
    try inbox(folder.store)
  }

  @Test("a folder is named as one")
  func directory() throws {
    let folder = try StoreFolder()
    for open in [engine, reader, inbox] {
      let failure = failure(of: open, folder.path)
      #expect(failure?.kind == .unreadable)
      #expect(failure?.message.contains("this is a folder") ?? false)
      #expect(failure?.path == folder.path)
    }
    #expect(failure(of: reader, "/dev/null")?.kind == .unreadable)
  }

  @Test("a file that is no database is left as it was")
  func noDatabase() throws {
    let folder = try StoreFolder()
    let text = Array(String(repeating: "order: fulfilment\n", count: 100).utf8)
    let file = try folder.write("order.yaml", text)
    for open in [engine, reader, inbox] { #expect(failure(of: open, file)?.kind == .notAStore) }
    #expect(try Array(Data(contentsOf: URL(filePath: file))) == text)
  }

  @Test("a database of another program is left as it was")
  func foreignDatabase() throws {
    let folder = try StoreFolder()
    try engine(folder.store)
    let store = try SQLiteStore(path: folder.store)
    try store.inside { (rows) throws(StoreFailure) in try rows.sql("PRAGMA application_id = 4711").run() }
    _ = try store.checkpointedBytes()
    let before = try Data(contentsOf: URL(filePath: folder.store))
    for open in [engine, reader, inbox] {
      let failure = failure(of: open, folder.store)
      #expect(failure?.kind == .notAStore)
      #expect(failure?.message.contains("another program") ?? false)
    }
    #expect(try Data(contentsOf: URL(filePath: folder.store)) == before)
  }

  @Test("a store of a newer version is refused, whatever is wanted from it")
  func newer() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    try store.inside { (rows) throws(StoreFailure) in try rows.sql("PRAGMA user_version = 99").run() }
    for open in [engine, reader, inbox] {
      let failure = failure(of: open, folder.store)
      #expect(failure?.kind == .newerVersion)
      #expect(failure?.message.contains("version 99") ?? false)
    }
  }

  @Test("a store from before the first release is refused, whatever is wanted from it")
  func older() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    try store.inside { (rows) throws(StoreFailure) in try rows.sql("PRAGMA user_version = 1").run() }
    for open in [engine, reader, inbox] {
      let failure = failure(of: open, folder.store)
      #expect(failure?.message.contains("before the first release has written it (version 1)") ?? false)
      #expect(failure?.message.contains("make a new store") ?? false)
    }
  }

  @Test("an empty file becomes a store for an engine alone")
  func emptyFile() throws {
    let folder = try StoreFolder()
    let file = try folder.write("empty.db", [])
    #expect(failure(of: reader, file)?.kind == .notAStore)
    try engine(file)
    try reader(file)
  }

  @Test("a damaged database is called damaged")
  func corrupt() throws {
    let folder = try StoreFolder()
    do {
      let driver = try StoreDriver(SQLiteStore(path: folder.store))
      let deployed = try driver.deploy(ContractProcess.order())
      for _ in 0..<50 { try driver.start(deployed, variables: ["a": .string(String(repeating: "x", count: 2000))]) }
      try driver.release()
    }
    var bytes = try Array(Data(contentsOf: URL(filePath: folder.store)))
    for index in stride(from: 8192, to: bytes.count, by: 1) { bytes[index] = 0x5A }
    let file = try folder.write("damaged.db", bytes)
    let failure = #expect(throws: StoreFailure.self) {
      let reader = try SQLiteReader(path: file)
      _ = try reader.detail(InstanceID(1), historyLimit: 10)
    }
    #expect(failure?.kind == .corrupt)
    #expect(failure?.message.contains("keep a copy") ?? false)
  }

  @Test("a file that may not be written can be looked at, and nothing else", .enabled(if: geteuid() != 0))
  func readOnly() throws {
    let folder = try StoreFolder()
    try engine(folder.store)
    chmod(folder.store, 0o444)
    #expect(failure(of: engine, folder.store)?.kind == .readOnly)
    #expect(failure(of: inbox, folder.store)?.kind == .readOnly)
    try reader(folder.store)
    chmod(folder.store, 0)
    #expect(failure(of: reader, folder.store)?.kind == .unreadable)
  }

  @Test("a file with two names can be looked at, and nothing else")
  func hardLink() throws {
    let folder = try StoreFolder()
    try engine(folder.store)
    let other = folder.path + "/other.db"
    try FileManager.default.linkItem(atPath: folder.store, toPath: other)
    for (open, path) in [(engine, other), (inbox, other), (engine, folder.store), (inbox, folder.store)] {
      let failure = failure(of: open, path)
      #expect(failure?.kind == .readOnly)
      #expect(failure?.message.contains("2 names (hard links)") ?? false)
      #expect(failure?.message.contains("remove the other names") ?? false)
    }
    try reader(folder.store)
    try FileManager.default.removeItem(atPath: other)
    try engine(folder.store)
    try inbox(folder.store)
  }

  static let magics: [(UInt32, Bool)] = [
    (0x6969, true), (0xFF53_4D42, true), (0xFE53_4D42, true), (0x517B, true), (0x0102_1997, true), (0xEF53, false),
    (0x0102_1994, false), (0x9123_683E, false), (0x5846_5342, false),
  ]

  @Test("network file systems are known by their numbers", arguments: magics)
  func networks(magic: UInt32, isNetwork: Bool) {
    #expect((FileSystem.networkName(magic: magic) != nil) == isNetwork)
  }

  @Test("a file system in user space is known by its mount")
  func mounts() {
    let mounts = [
      "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
      "50 21 0:45 / /mnt/far rw,nosuid - fuse.sshfs anna@far:/ rw",
      "51 21 0:46 / /mnt/near rw,nosuid - fuseblk /dev/sdb1 rw",
    ]
    #expect(FileSystem.networkName(fuseAt: "/mnt/far/store.db", mounts: mounts) == "sshfs")
    #expect(FileSystem.networkName(fuseAt: "/mnt/near/store.db", mounts: mounts) == nil)
    #expect(FileSystem.networkName(fuseAt: "/mnt/farther/store.db", mounts: mounts) == nil)
  }

  static let codes: [(Int32, Int32, StoreFailure.Kind)] = [
    (13, 0, .diskFull), (10, ENOSPC, .diskFull), (10 | 4 << 8, EDQUOT, .diskFull), (5, 0, .busy), (6, 0, .busy),
    (15, 0, .busy), (11, 0, .corrupt), (19, 0, .corrupt), (26, 0, .notAStore), (8, 0, .readOnly),
    (8 | 4 << 8, 0, .readOnly), (3, 0, .readOnly), (14, 0, .unreadable), (10, EIO, .inputOutput), (1, 0, .inputOutput),
  ]

  @Test("every result of SQLite is one kind of failure", arguments: codes)
  func kinds(code: Int32, systemError: Int32, kind: StoreFailure.Kind) {
    let failure = SQLiteFailure.failure(code: code, systemError: systemError, message: "m", path: "/p")
    #expect(failure.kind == kind)
    #expect(!failure.message.isEmpty && failure.path == "/p")
  }
}
