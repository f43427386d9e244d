import Glibc

/// A file that is only appended to.
final class AppendedFile {
  let path: String
  private let descriptor: Int32

  /// Opens a file, and makes it if there is none; a new one is in its folder when this returns.
  init(path: String) throws(FileFailure) {
    self.path = path
    let isNew = access(path, F_OK) != 0
    descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFailure(path) }
    if isNew { try Folder.synchronise(containing: path) }
  }

  deinit { close(descriptor) }

  /// Whether the last line was cut short.
  func endsInsideALine() throws(FileFailure) -> Bool {
    let size = try size()
    guard size > 0 else { return false }
    var last: UInt8 = 0
    guard pread(descriptor, &last, 1, off_t(size - 1)) == 1 else { throw FileFailure(path) }
    return last != 0x0A
  }

  func size() throws(FileFailure) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFailure(path) }
    return Int64(status.st_size)
  }

  func append(_ bytes: [UInt8]) throws(FileFailure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileFailure(path) }
      written += count
    }
  }

  func contents() throws(FileFailure) -> [UInt8] {
    let size = Int(try size())
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + filled, size - filled, off_t(filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileFailure(path) }
      filled += count
    }
    return bytes
  }

  func truncate(to size: Int) throws(FileFailure) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileFailure(path) }
  }

  func synchronise() throws(FileFailure) {
    guard fdatasync(descriptor) == 0 else { throw FileFailure(path) }
  }
}

/// What one does to a folder so that its files survive.
enum Folder {
  /// Puts the entry of a file in its folder on disk.
  static func synchronise(containing path: String) throws(FileFailure) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileFailure(folder) }
  }

  /// Makes a folder, unless it is there, and puts its entry on disk.
  static func make(_ path: String) throws(FileFailure) {
    if mkdir(path, 0o755) == 0 {
      try synchronise(containing: path)
    } else if errno != EEXIST {
      throw FileFailure(path)
    } else {
      // A folder it is then, or a file.
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileFailure(path) }
      close(descriptor)
    }
  }
}

/// The system refused something about a file.
struct FileFailure: Error {
  let path: String
  let message: String

  /// What the system has just said.
  init(_ path: String) {
    self.path = path
    message = String(cString: strerror(errno))
  }

  init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }
}
