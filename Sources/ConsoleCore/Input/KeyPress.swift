/// One key as the operator pressed it, after the terminal's own encoding has been taken apart.
package enum KeyPress: Hashable, Sendable {
  case character(Unicode.Scalar)
  /// A letter with the control key, always in lower case; also `\`, `]`, `^`, `_` and space.
  case control(Unicode.Scalar)
  case up
  case down
  case left
  case right
  case pageUp
  case pageDown
  case home
  case end
  case insert
  case delete
  case enter
  case escape
  case tab
  case backTab
  case backspace
  /// `F1` to `F20`.
  case function(Int)
  /// What was pasted between the terminal's paste marks; untrusted, and never read as keys.
  case paste(String)
}

extension KeyPress {
  /// The keys that have a name of their own, in the order in which help lists them.
  private static let named: [(name: String, key: KeyPress)] = [
    ("up", .up), ("down", .down), ("left", .left), ("right", .right), ("pgup", .pageUp), ("pgdn", .pageDown),
    ("home", .home), ("end", .end), ("ins", .insert), ("del", .delete), ("enter", .enter), ("esc", .escape),
    ("tab", .tab), ("shift-tab", .backTab), ("backspace", .backspace), ("space", .character(" ")),
    ("ctrl-space", .control(" ")),
  ]
  private static let functionKeys = 1...20

  /// Reads the written form of a key (`R`, `ctrl-d`, `F1`, `pgup`); nil where there is no such key.
  package init?(name: String) {
    if let entry = KeyPress.named.first(where: { $0.name == name.lowercased() }) {
      self = entry.key
      return
    }
    let scalars = name.unicodeScalars
    if let only = scalars.first, scalars.count == 1 {
      guard case .columns = TerminalWidth.classify(only) else { return nil }
      self = .character(only)
    } else if scalars.first == "F", let number = Int(name.dropFirst()), KeyPress.functionKeys.contains(number) {
      self = .function(number)
    } else if name.hasPrefix("ctrl-"), scalars.count == 6, let letter = name.lowercased().unicodeScalars.last,
      KeyPress.isControllable(letter)
    {
      self = .control(letter)
    } else {
      return nil
    }
  }

  private static func isControllable(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ["\\", "]", "^", "_"].contains(scalar)
  }

  /// The written form of the key, as help and the configuration show it.
  package var label: SafeText {
    if let entry = KeyPress.named.first(where: { $0.key == self }) { return SafeText(untrusted: entry.name) }
    switch self {
    case .character(let scalar): return SafeText(untrusted: String(scalar))
    case .control(let letter): return "ctrl-" + SafeText(untrusted: String(letter))
    case .function(let number): return "F\(number)"
    case .paste: return "paste"
    case .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .insert, .delete, .enter, .escape, .tab, .backTab,
      .backspace:
      preconditionFailure("the key \(self) has no entry in the table of named keys")
    }
  }
}
