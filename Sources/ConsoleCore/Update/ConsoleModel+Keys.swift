import EngineCore

extension ConsoleModel {
  /// Takes a key: looks it up in the table of whatever has the keys, and does what it stands for.
  mutating func press(_ key: KeyPress) -> [ConsoleEffect] {
    guard !layout.isTooSmall else { return pressBlindly(key) }
    let wasArmed = isQuitArmed
    isQuitArmed = false
    guard let binding = KeyTable.binding(for: key, in: context) else { return type(key) }
    isQuitArmed = wasArmed && binding.command == .quit
    if case .disabled(let reason) = availability(of: binding.command) {
      say(binding.label + " is off: " + reason, .warning)
      return []
    }
    return perform(binding.command)
  }

  /// Where nothing can be seen, nothing but leaving may be done.
  private mutating func pressBlindly(_ key: KeyPress) -> [ConsoleEffect] {
    switch key {
    case "q": return [.quit]
    case .control("z"): return [.suspend]
    default: return []
    }
  }

  /// A key that no table knows is text where there is a field for it.
  private mutating func type(_ key: KeyPress) -> [ConsoleEffect] {
    switch overlay {
    case .prompt: return typeIntoPrompt(key)
    case .sheet: return typeIntoSheet(key)
    case .help: return []
    case .none:
      if case .paste = key { return [] }
      say(key.label + " means nothing here; ? lists the keys")
      return []
    }
  }

  mutating func perform(_ command: ConsoleCommand) -> [ConsoleEffect] {
    switch command {
    case .move(let motion): return move(motion)
    case .prompt(let command): return performInPrompt(command)
    case .sheet(let command): return performInSheet(command)
    case .closeHelp:
      overlay = .none
      return []
    case .open: return open()
    case .back: return goBack()
    case .quit: return quit()
    case .lastView: return swapPaths()
    case .view(let kind): return show(kind)
    case .nextPane: return turnPane(by: 1)
    case .previousPane: return turnPane(by: -1)
    case .parent: return showDefinition()
    case .follow: return follow()
    case .stepBack: return stepThroughHistory(by: -1)
    case .stepForward: return stepThroughHistory(by: 1)
    case .commandLine: return openPrompt(Prompt(.command))
    case .filter: return openFilter()
    case .searchNext: return search(forward: true)
    case .searchPrevious: return search(forward: false)
    case .sort: return sortNext()
    case .wide: return widen()
    case .freeze: return toggleFreeze()
    case .timeZone: return toggleTimeZone()
    case .mark: return toggleMark()
    case .markRange: return toggleRange()
    case .markAll: return markAll()
    case .verb(let kind): return begin(kind)
    case .help:
      overlay = .help(top: 0)
      notice = nil
      return []
    case .copy: return copyCommandLine()
    case .writeScreen: return [.writeScreen]
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    }
  }

  /// What has the keys when nothing lies over the view.
  package var contextUnderneath: KeyContext {
    switch screen {
    case .list(let kind): .list(kind)
    case .instance(let view): .instance(view.pane)
    }
  }
}

extension KeyPress: ExpressibleByUnicodeScalarLiteral {
  /// The key of a character.
  package init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .character(scalar) }
}
