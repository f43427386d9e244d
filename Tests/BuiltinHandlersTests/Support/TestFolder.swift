import Glibc

/// A folder of its own for a test, removed with the test.
final class TestFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/sagatop-test-\(String(repeating: "X", count: 6))".utf8CString)
    guard let made = mkdtemp(&template) else { fatalError("no folder for tests: \(errno)") }
    path = String(cString: made)
  }

  deinit {
    Self.remove(path)
  }

  /// Puts a file into the folder through a shell, so that this process never has it open for writing: a process that
  /// is being started by another test would hold it open too, and running it would fail with "text file busy".
  @discardableResult
  func write(_ name: String, _ text: String, executable: Bool = false) -> String {
    let file = "\(path)/\(name)"
    let mode = executable ? "755" : "644"
    guard let shell = popen("cat > '\(file)' && chmod \(mode) '\(file)'", "we") else { fatalError("no shell") }
    fputs(text, shell)
    precondition(pclose(shell) == 0, "\(file) could not be written")
    return file
  }

  /// The text of a file; nil when there is none.
  func read(_ name: String) -> String? {
    guard let file = fopen("\(path)/\(name)", "re") else { return nil }
    defer { fclose(file) }
    var text: [UInt8] = []
    while case let byte = fgetc(file), byte >= 0 { text.append(UInt8(byte)) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func remove(_ path: String) {
    guard let stream = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { remove("\(path)/\(name)") }
    }
    closedir(stream)
    rmdir(path)
  }
}
