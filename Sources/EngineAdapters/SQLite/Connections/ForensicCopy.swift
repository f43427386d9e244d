import EngineRuntime
import Glibc

/// A copy of a store in a folder that only this user can enter, for looking at a store beside which nothing can be
/// written: SQLite needs shared memory in a file even to read a write-ahead log. The copy goes away with the object.
final class ForensicCopy: Sendable {
  /// The file of the copy.
  let path: String
  private let folder: String

  /// Copies the database and its log as they are now.
  init(of store: String) throws(StoreFailure) {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/sagatop-copy-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else { throw Self.failure(base, "set TMPDIR to a folder with room") }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    path = folder + "/store.db"
    // The database first: a log that is newer than its database holds all that is missing, never the other way round.
    try Self.copy(store, to: path)
    if access(store + "-wal", F_OK) == 0 { try Self.copy(store + "-wal", to: path + "-wal") }
  }

  deinit {
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    rmdir(folder)
  }

  private static func copy(_ source: String, to target: String) throws(StoreFailure) {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw failure(source, "ask its owner for the right to read it") }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw failure(target, "set TMPDIR to a folder with room") }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(input, &buffer, buffer.count)
      if count == 0 { return }
      if count < 0 { throw failure(source, "check the disk") }
      var written = 0
      while written < count {
        let step = buffer.withUnsafeBytes { write(output, $0.baseAddress?.advanced(by: written), count - written) }
        if step <= 0 { throw failure(target, "set TMPDIR to a folder with room") }
        written += step
      }
    }
  }

  private static func failure(_ path: String, _ hint: String) -> StoreFailure {
    let kind: StoreFailure.Kind = errno == ENOSPC ? .diskFull : .unreadable
    return StoreFailure(kind, path: path, "\(String(cString: strerror(errno))): \(hint)")
  }
}
