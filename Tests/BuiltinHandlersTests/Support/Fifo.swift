import Dispatch
import Glibc

/// A named pipe through which a command tells a test how far it is.
struct Fifo: Sendable {
  let path: String

  init(in folder: TestFolder, name: String = "fifo") {
    path = "\(folder.path)/\(name)"
    precondition(mkfifo(path, 0o600) == 0, "\(path) could not be made")
  }

  /// Waits for a command to write into the pipe and to close it, and returns what it wrote. On a thread of its own, so
  /// that waiting takes nothing away from what is tested.
  func message() async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "fifo").async { [path] in
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1 { text.append(byte) }
        let line = String(decoding: text, as: UTF8.self)
        continuation.resume(returning: String(line.split(separator: "\n").first ?? ""))
      }
    }
  }

  /// Lets everyone who waits to read from the pipe go on.
  func letGo() async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "fifo").async { [path] in
        _ = close(Glibc.open(path, O_WRONLY | O_CLOEXEC))
        continuation.resume()
      }
    }
  }
}
