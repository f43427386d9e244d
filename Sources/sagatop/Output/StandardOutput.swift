import ConsoleCore
import EngineCore
import Glibc

/// Standard output and standard error, written whole and without Foundation.
enum StandardOutput {
  /// Writes one line. A reader that has gone away ends the program quietly, as it does for other Unix commands.
  static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Writes one JSON value as a line.
  static func json(_ value: Value) { line(value.jsonText) }

  /// Writes one line to standard error. What it quotes may come from outside: it is made safe here.
  static func complain(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let safe = lines.map { SafeText(untrusted: String($0)).string }.joined(separator: "\n")
    write(safe + "\n", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count, let start = bytes.baseAddress {
        let count = Glibc.write(descriptor, start + written, bytes.count - written)
        if count < 0 {
          if errno == EINTR { continue }
          exit(errno == EPIPE ? 128 + SIGPIPE : Outcome.failed.rawValue)
        }
        written += count
      }
    }
  }
}
