import Glibc

/// Small text files, read whole.
enum TextFile {
  static func read(_ path: String, maximumBytes: Int) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(.notFound, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure(.failed, "\(path): \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= maximumBytes else {
        throw CommandFailure(.failed, "\(path): it is larger than \(maximumBytes >> 20) MiB")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.failed, "\(path): it is no UTF-8 text")
    }
    return text
  }

  /// Makes a file that nobody else can read; fails when it exists.
  static func create(_ path: String, text: String) throws(CommandFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure(.failed, "\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var text = text
    let isWritten = text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count, let start = bytes.baseAddress {
        let count = write(descriptor, start + written, bytes.count - written)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        written += count
      }
      return true
    }
    guard isWritten else { throw CommandFailure(.failed, "\(path): \(String(cString: strerror(errno)))") }
  }
}
