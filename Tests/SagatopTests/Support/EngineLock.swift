import Glibc

/// The lock of a store's engine, held by the test: as by a process that is the engine for a moment.
struct EngineLock {
  private let descriptor: Int32

  init(of store: String) throws {
    descriptor = open(store + "-lock", O_RDWR | O_CLOEXEC)
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_len = 1
    // F_OFD_SETLK, which the importer leaves out (fcntl_locking(2)).
    guard descriptor >= 0, fcntl(descriptor, 37, &lock) == 0 else {
      throw RunningCommand.Failure(description: "no lock: \(String(cString: strerror(errno)))")
    }
  }

  func release() { close(descriptor) }
}
