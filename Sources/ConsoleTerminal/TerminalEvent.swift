import ConsoleCore
import ConsoleView

/// What the loop hands to the program.
package enum TerminalEvent: Hashable, Sendable {
  case key(KeyPress)
  /// The terminal has this size now. The first event of a session.
  case resized(width: Int, height: Int)
  /// Somebody called `TerminalWaker.wake()`, once or often.
  case woken
  /// The deadline that the program asked for has come.
  case deadline
  /// The process had been stopped, or a child had the terminal, and the screen is back.
  case resumed
  /// The child that the program asked for has ended.
  case childEnded(TerminalChild.Outcome)
}

/// What the program answers.
package struct TerminalResponse: Sendable {
  /// The next picture; nil leaves the present one.
  package var frame: Frame?
  /// When the program wants to be called next without an event; nil for not at all.
  package var deadline: ContinuousClock.Instant?
  package var action: TerminalAction

  package init(frame: Frame? = nil, deadline: ContinuousClock.Instant? = nil, action: TerminalAction = .none) {
    self.frame = frame
    self.deadline = deadline
    self.action = action
  }
}

/// What the program wants of the terminal besides a picture.
package enum TerminalAction: Sendable {
  case none
  /// Writes the whole picture anew.
  case redraw
  /// Shows everything in another theme from now on.
  case useTheme(Theme)
  /// Stops the process, as Ctrl-Z does.
  case suspend
  /// Gives the terminal to a child until it ends.
  case run(TerminalChild)
  /// Puts a text into the clipboard of the terminal (OSC 52).
  case copy(String)
  /// Ends the session.
  case end
}

/// Why a session ended.
package enum TerminalEnding: Hashable, Sendable {
  /// The program asked for it.
  case finished
  /// SIGINT, SIGTERM, SIGHUP or SIGQUIT arrived; the process should exit with 128 + the number.
  case signal(Int32)
  /// The terminal is gone.
  case disconnected
}
