import EngineRuntime
import GRDB
import GRDBSQLite
import Glibc

/// What SQLite's result codes mean for the person on call.
enum SQLiteFailure {
  /// What went wrong last on a connection.
  static func failure(on connection: OpaquePointer, path: String) -> StoreFailure {
    failure(
      code: sqlite3_extended_errcode(connection), systemError: sqlite3_system_errno(connection),
      message: String(cString: sqlite3_errmsg(connection)), path: path)
  }

  /// Any error that came out of GRDB or of ourselves.
  static func failure(_ error: any Error, path: String) -> StoreFailure {
    if let failure = error as? StoreFailure { return failure }
    if let error = error as? DatabaseError {
      return failure(
        code: error.extendedResultCode.rawValue, systemError: 0, message: error.message ?? "", path: path)
    }
    return StoreFailure(.inputOutput, path: path, "\(error)")
  }

  static func failure(code: Int32, systemError: Int32, message: String, path: String) -> StoreFailure {
    if systemError == ENOSPC || systemError == EDQUOT { return diskFull(path) }
    switch code & 0xff {
    case SQLITE_FULL:
      return diskFull(path)
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
      return busy(path)
    case SQLITE_CORRUPT:
      return StoreFailure(
        .corrupt, path: path,
        """
        the file is damaged (\(message)): stop the engine, keep a copy of all its files, and save what can be read \
        with sqlite3 and its command .recover
        """)
    case SQLITE_CONSTRAINT:
      return StoreFailure(
        .corrupt, path: path, "rows of the store contradict each other (\(message)): run sagatop verify")
    case SQLITE_NOTADB:
      return notADatabase(path)
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      return readOnly(path, code: code)
    case SQLITE_CANTOPEN:
      return StoreFailure(
        .unreadable, path: path,
        "the store cannot be opened: check that its folder exists, and who may read and write there")
    default:
      let reason = systemError == 0 ? message : String(cString: strerror(systemError))
      return StoreFailure(
        .inputOutput, path: path, "reading or writing failed (\(reason), code \(code)): check the disk and its cables")
    }
  }

  static func notADatabase(_ path: String) -> StoreFailure {
    StoreFailure(.notAStore, path: path, "this is no SQLite database: name a store, or a file that does not exist yet")
  }

  static func busy(_ path: String) -> StoreFailure {
    StoreFailure(.busy, path: path, "another process kept the store busy for too long: try again")
  }

  static func diskFull(_ path: String) -> StoreFailure {
    StoreFailure(.diskFull, path: path, "the disk is full: make room, and work goes on by itself")
  }

  private static func readOnly(_ path: String, code: Int32) -> StoreFailure {
    if code == SQLITE_READONLY | 4 << 8 {
      return StoreFailure(.readOnly, path: path, "the file was moved or removed while it was open: put it back")
    }
    return StoreFailure(
      .readOnly, path: path, "the store may not be written: check owner and mode of the file and its folder")
  }
}
