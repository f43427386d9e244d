import EngineRuntime
import Glibc

/// What handlers did, written so that no crash takes it back: each line is appended and synced before anything else
/// happens.
package struct WorkLog: Sendable {
  /// Where it is.
  package let path: String

  package init(path: String) { self.path = path }

  /// One line.
  package struct Line: Sendable, Hashable {
    /// Whether the work begins with it or has been done.
    package let isBegin: Bool
    package let node: String
    package let mode: String
    package let instance: Int64
    package let key: String
    package let attempt: Int
  }

  /// Notes the beginning or the end of a handler's work.
  package func note(begin: Bool, _ context: ActivityContext) {
    let words = [
      begin ? "begin" : "end", context.node, context.mode.name, "\(context.instance)", context.idempotencyKey,
      "\(context.attempt)",
    ]
    let line = Array((words.joined(separator: " ") + "\n").utf8)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    precondition(descriptor >= 0, "\(path) cannot be written: \(errno)")
    defer { close(descriptor) }
    precondition(write(descriptor, line, line.count) == line.count, "\(path) cannot be written: \(errno)")
    fsync(descriptor)
  }

  /// All lines, in the order in which they were written.
  package var lines: [Line] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var text: [UInt8] = []
    while case let byte = fgetc(file), byte >= 0 { text.append(UInt8(byte)) }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 6, let instance = Int64(words[3]), let attempt = Int(words[5]) else { return nil }
      return Line(
        isBegin: words[0] == "begin", node: words[1], mode: words[2], instance: instance, key: words[4],
        attempt: attempt)
    }
  }
}
