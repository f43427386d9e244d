/// A theme for one terminal: a style for every role, found by its number.
package struct ResolvedTheme: Sendable {
  package let depth: ColourDepth
  /// By the raw value of the role.
  private let styles: [CellStyle]
  private let selection: StyleWish

  init(depth: ColourDepth, styles: [String: StyleWish]) {
    self.depth = depth
    let base = styles["text"] ?? StyleWish()
    self.styles = StyleRole.allCases.map { role in
      let wish = ResolvedTheme.wish(for: role, in: styles) ?? base
      return CellStyle(
        foreground: wish.foreground ?? base.foreground ?? .terminalDefault,
        background: wish.background ?? base.background ?? .terminalDefault,
        modifiers: wish.modifiers)
    }
    // Without a style of its own the cursor row would be invisible.
    selection = styles["selection"] ?? StyleWish(modifiers: .reverse)
  }

  /// The style of a role on its own.
  package subscript(role: StyleRole) -> CellStyle { styles[Int(role.rawValue)] }

  /// The style of a cell: its role, under the selection where the cursor is.
  ///
  /// The selection gives what it names and leaves the rest to the role, so that a failed row stays red under the
  /// cursor.
  package func style(of role: StyleRole, flags: CellFlags) -> CellStyle {
    var style = self[role]
    if flags.isEmpty { return style }
    if flags.contains(.strong) { style.modifiers.insert(.bold) }
    if flags.contains(.underlined) { style.modifiers.insert(.underline) }
    if flags.contains(.selected) {
      style.foreground = selection.foreground ?? style.foreground
      style.background = selection.background ?? style.background
      style.modifiers.formUnion(selection.modifiers)
    }
    return style
  }

  /// The longest scope that the role's name begins with.
  private static func wish(for role: StyleRole, in styles: [String: StyleWish]) -> StyleWish? {
    var scope = Substring(role.name)
    while true {
      if let wish = styles[String(scope)] { return wish }
      guard let dot = scope.lastIndex(of: ".") else { return nil }
      scope = scope[..<dot]
    }
  }
}

extension StyleRole {
  /// Whether a theme can speak of `scope`: the name of a role or the part of one before a dot.
  static func isScope(_ scope: String) -> Bool {
    allCases.contains { $0.name == scope || $0.name.hasPrefix(scope + ".") }
  }
}
