import ConsoleCore
import Glibc

/// Why the console cannot be shown here.
package enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Standard input or output is a file or a pipe.
  case notATerminal
  /// `TERM` is not set.
  case typeMissing
  /// There is no terminfo entry of that name.
  case typeUnknown(String)
  /// The terminal cannot place its cursor.
  case typeTooSimple(String)
  /// The system refused a descriptor.
  case systemRefused(code: Int32)

  /// What is wrong and what to do about it, in one line that is safe to print.
  package var description: String {
    switch self {
    case .notATerminal:
      "the console needs a terminal for input and output"
    case .typeMissing:
      "TERM is not set, so the kind of this terminal is unknown; try TERM=xterm-256color, or TERM=vt100"
    case .typeUnknown(let name):
      "this machine does not know a terminal of the kind “\(Self.printable(name))” (TERM); "
        + "install the package ncurses-term, or try TERM=xterm-256color, or TERM=vt100"
    case .typeTooSimple(let name):
      "a terminal of the kind “\(Self.printable(name))” (TERM) cannot place its cursor"
    case .systemRefused(let code):
      "the terminal cannot be opened: \(String(cString: strerror(code)))"
    }
  }

  private static func printable(_ name: String) -> String {
    SafeText(untrusted: name, limit: 64).string
  }
}
