import CTerminal
import ConsoleView
import Glibc

/// What is known of a terminal before it is opened.
package struct TerminalConfiguration: Sendable {
  /// The name of its terminfo entry; nil where `TERM` is not set.
  package var type: String?
  package var input: Int32
  package var output: Int32
  /// Its size where the descriptors cannot tell (pipes); nil for their own answer.
  package var size: (width: Int, height: Int)?
  /// Whether the user's locale is UTF-8; otherwise everything is painted in ASCII.
  package var isUTF8: Bool
  /// Whether the user asked for no colours (`NO_COLOR`).
  package var isColourless: Bool
  /// Whether signals, crashes and standard error are taken care of; off where several screens live in one test.
  package var guardsProcess: Bool

  package init(
    type: String?, input: Int32, output: Int32, size: (width: Int, height: Int)? = nil, isUTF8: Bool = true,
    isColourless: Bool = false, guardsProcess: Bool = false
  ) {
    self.type = type
    self.input = input
    self.output = output
    self.size = size
    self.isUTF8 = isUTF8
    self.isColourless = isColourless
    self.guardsProcess = guardsProcess
  }

  /// The terminal that this process was started on. Takes over the user's locale for characters.
  package static func ofThisProcess() -> TerminalConfiguration {
    TerminalConfiguration(
      type: environment("TERM"), input: STDIN_FILENO, output: STDOUT_FILENO, isUTF8: ct_locale_is_utf8(),
      isColourless: environment("NO_COLOR") != nil, guardsProcess: true)
  }

  /// Whether the console can be shown at all, or output should be a plain table: standard output is no terminal, or
  /// `TERM` is `dumb`.
  package var isInteractive: Bool {
    isatty(output) == 1 && type != "dumb"
  }

  /// A variable that is set and not empty.
  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
