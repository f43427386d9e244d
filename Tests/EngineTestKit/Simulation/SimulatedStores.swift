import EngineStorage
import Foundation
import Glibc
import SQLiteAdapter

/// What a life is lived on.
package enum SimulatedStores: String, CaseIterable, Sendable {
  case memory
  case sqlite

  /// Every tenth life is lived on SQLite, all others in memory.
  package init(seed: UInt64) { self = seed % 10 == 0 ? .sqlite : .memory }

  /// Makes an empty store.
  package func make() throws -> StoreUnderTest {
    switch self {
    case .memory:
      let store = MemoryStore()
      return StoreUnderTest(
        engine: store, another: { MemoryStore(sharing: store) }, reader: store, inbox: store, verifier: store)
    case .sqlite:
      let folder = try SimulationFolder()
      let path = folder.path + "/store.db"
      let store = try SQLiteStore(path: path)
      let reader = try SQLiteReader(path: path)
      return StoreUnderTest(
        engine: store, another: { try SQLiteStore(path: path) }, reader: reader, inbox: try SQLiteInbox(path: path),
        verifier: reader, keeper: folder)
    }
  }
}

/// A folder for the files of one life; it goes away with the object.
private final class SimulationFolder {
  let path: String

  /// A folder in memory where there is such a place: no life here outlives the process.
  init() throws {
    let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    path = base + "/sagatop-life-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
