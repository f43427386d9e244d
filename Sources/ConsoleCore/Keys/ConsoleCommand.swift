/// What a key can mean.
package enum ConsoleCommand: Sendable, Hashable {
  case move(Motion)

  // Going somewhere.
  case open, back, quit, lastView
  case view(ViewKind)
  case nextPane, previousPane
  /// To the definition of what is under the cursor.
  case parent
  /// To the instances of a definition, or after the token.
  case follow
  case stepBack, stepForward
  case commandLine

  // Choosing what is seen.
  case filter, searchNext, searchPrevious
  case sort, wide, freeze, timeZone
  case mark, markRange, markAll

  /// Changing something; always through a plan.
  case verb(VerbKind)

  // The program.
  case help, copy, writeScreen, redraw, suspend

  // What lies over a view.
  case prompt(PromptCommand)
  case sheet(SheetCommand)
  case closeHelp
}

/// Moving the cursor, or what is in sight.
package enum Motion: Sendable, Hashable {
  case up, down, left, right
  case pageUp, pageDown, halfPageUp, halfPageDown
  case top, bottom

  /// How many lines it goes down in a room of `height` lines that shows `count` lines in all.
  func lines(height: Int, count: Int) -> Int {
    switch self {
    case .up: -1
    case .down: 1
    case .left, .right: 0
    case .pageUp: -max(1, height)
    case .pageDown: max(1, height)
    case .halfPageUp: -max(1, height / 2)
    case .halfPageDown: max(1, height / 2)
    case .top: -count
    case .bottom: count
    }
  }
}

/// What can be done in a prompt besides typing.
package enum PromptCommand: Sendable, Hashable {
  case accept, close, complete, earlier, later
}

/// What can be done on a plan sheet besides typing.
package enum SheetCommand: Sendable, Hashable {
  case accept, close, nextField, previousField, pauseWork, copy
}

/// One line of a key table: from it a key is handled, and help and the foot of the screen are written.
package struct KeyBinding: Sendable, Hashable {
  /// Where help lists the key.
  package enum Group: CaseIterable, Sendable, Hashable {
    case changing
    case going
    case looking
    case marking
    case moving
    case program

    package var title: SafeText {
      switch self {
      case .going: "Going"
      case .moving: "Moving"
      case .looking: "Looking"
      case .marking: "Marking"
      case .changing: "Changing (a plan comes first)"
      case .program: "Program"
      }
    }
  }

  /// Any of these keys.
  package let keys: [KeyPress]
  package let command: ConsoleCommand
  /// A word or two for the foot of the screen.
  package let label: SafeText
  /// A sentence for help.
  package let help: SafeText
  package let group: Group
  /// Whether the foot of the screen shows it.
  package let isInFooter: Bool

  init(
    _ keys: [KeyPress], _ command: ConsoleCommand, _ label: SafeText, _ help: SafeText, _ group: Group,
    isInFooter: Bool = false
  ) {
    self.keys = keys
    self.command = command
    self.label = label
    self.help = help
    self.group = group
    self.isInFooter = isInFooter
  }

  /// The keys as help shows them: `j down`.
  package var keyNames: SafeText { keys.map(\.label).joined(separator: " ") }
}
