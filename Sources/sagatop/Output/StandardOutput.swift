import ConsoleCore
import EngineCore
import Glibc

/// Standard output and standard error, written whole and without Foundation.
enum StandardOutput {
  /// Writes one line. A reader that has gone away ends the program quietly, as it does for other Unix commands.
  /// One that cannot be written ends it, too: what is left out of an answer must not look like an answer.
  static func line(_ text: String) {
    guard let error = write(text + "\n", to: STDOUT_FILENO) else { return }
    exit(error == EPIPE ? 128 + SIGPIPE : Outcome.failed.rawValue)
  }

  /// Writes one JSON value as a line.
  static func json(_ value: Value) { line(value.jsonText) }

  /// Writes one line to standard error. What it quotes may come from outside: it is made safe here.
  ///
  /// What cannot be written there (a full disk, a reader that has gone or does not keep up) is dropped: no work ends
  /// for the sake of what is said about it.
  static func complain(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let safe = lines.map { SafeText(untrusted: String($0)).string }.joined(separator: "\n")
    _ = write(safe + "\n", to: STDERR_FILENO)
  }

  /// Lets whoever reads standard error go away without ending this process; the commands of steps are not told so.
  static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }

  /// Writes a text whole, or says the error that kept it from that.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count, let start = bytes.baseAddress {
        let count = Glibc.write(descriptor, start + written, bytes.count - written)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        written += count
      }
      return nil
    }
  }
}
