import EngineRuntime
import Glibc

/// Locks between the processes of one host that use a store: open-file-description locks on single bytes of
/// `STORE-lock`, a file beside it.
///
/// The kernel drops them when their process ends in whatever way, so a killed engine never leaves one behind; process
/// numbers would lie, because they are given out again. Nothing is ever written into the file.
final class StoreLocks {
  /// What a byte stands for.
  enum Place: Int {
    /// Held alone by the engine for as long as it lives.
    case engine = 0
    /// Shared by writers other than the engine, from before they wait until they are done. The engine looks at it after
    /// each commit and lets them in: SQLite's own waiting has no queue, and would let an engine that commits one batch
    /// after the other keep a console out for seconds.
    case intent = 1
    /// Shared by every writer through its transaction, taken alone for a checkpoint. SQLite before 3.51.3 can damage a
    /// database when a checkpoint and a write of two connections meet at the wrong moment (the WAL-reset bug).
    case writing = 2
  }

  private let descriptor: Int32
  private let path: String
  private let identity: FileIdentity?

  // `fcntl` commands that the importer leaves out (fcntl_locking(2)).
  private static let get: Int32 = 36
  private static let set: Int32 = 37

  /// Opens the file beside a store, and makes it with the rights of the store if it is not there.
  init(store: String) throws(StoreFailure) {
    // Whoever comes through a link meets those who came without it.
    path = SQLiteFile.realPath(of: store) + "-lock"
    var opened = open(path, O_RDWR | O_CLOEXEC)
    if opened < 0, errno == ENOENT {
      opened = open(path, O_RDWR | O_CLOEXEC | O_CREAT, 0o644)
      if opened >= 0 { Self.copyRights(of: store, to: opened) }
    }
    guard opened >= 0 else {
      let reason = String(cString: strerror(errno))
      throw StoreFailure(
        .readOnly, path: path, "\(reason): whoever writes to a store must be able to write this file beside it, too")
    }
    descriptor = opened
    identity = FileIdentity(descriptor: opened)
  }

  deinit { close(descriptor) }

  /// Takes a lock without waiting, shared or alone. Locks of one object never stand in each other's way: taking another
  /// kind of the same lock turns it into that.
  func take(_ place: Place, shared: Bool) -> Bool {
    var lock = Self.lock(place, Int32(shared ? F_RDLCK : F_WRLCK))
    return fcntl(descriptor, Self.set, &lock) == 0
  }

  func release(_ place: Place) {
    var lock = Self.lock(place, Int32(F_UNLCK))
    _ = fcntl(descriptor, Self.set, &lock)
  }

  /// Takes the lock that every writer holds through its transaction. Only a checkpoint can be in the way.
  func waitToWrite() throws(StoreFailure) {
    let deadline = Deadline(seconds: SQLiteConnection.patience)
    while !take(.writing, shared: true) {
      if deadline.hasPassed { throw SQLiteFailure.busy(path) }
      usleep(200)
    }
  }

  /// What is wrong when the file was removed or replaced: processes that come later meet at another one.
  var loss: StoreFailure? {
    if let identity, FileIdentity(path: path) == identity { return nil }
    return StoreFailure(
      .gone, path: path,
      "the file of the store's locks was removed, moved or replaced, so others cannot tell who writes, and nothing more is "
        + "written: start again")
  }

  /// Whether somebody else holds a lock.
  func isHeldElsewhere(_ place: Place) -> Bool { Self.isHeld(place, descriptor) }

  /// Whether anybody at all is the engine of a store on this host; false when nobody ever was.
  static func hasEngine(store: String) -> Bool {
    let descriptor = open(store + "-lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return isHeld(.engine, descriptor)
  }

  private static func isHeld(_ place: Place, _ descriptor: Int32) -> Bool {
    var lock = lock(place, Int32(F_WRLCK))
    guard fcntl(descriptor, get, &lock) == 0 else { return false }
    return lock.l_type != Int16(F_UNLCK)
  }

  private static func lock(_ place: Place, _ type: Int32) -> flock {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = place.rawValue
    lock.l_len = 1
    return lock
  }

  private static func copyRights(of store: String, to descriptor: Int32) {
    var status = stat()
    guard stat(store, &status) == 0 else { return }
    fchmod(descriptor, status.st_mode & 0o666)
    if geteuid() == 0 { _ = fchown(descriptor, status.st_uid, status.st_gid) }
  }
}
