import EngineCore

/// The variables of an instance as lines of a tree that can be opened and closed.
package struct VariableTree: Sendable {
  /// One line.
  package struct Row: Sendable, Hashable {
    /// Where the value stands; nil for a heading.
    package let path: VariablePath?
    /// How deep it is indented.
    package let depth: Int
    /// The name, the position in a list, or the heading.
    package let key: SafeText
    /// The value in one line; for a list or context a short form of it.
    package let value: SafeText
    /// What kind of value it is, for its colour.
    package let kind: Kind
    /// What set it: on the variable itself, not inside its value.
    package let origin: VariableOrigins.Origin?
    /// Whether it can be opened, and is.
    package let isOpen: Bool?
  }

  /// Kinds of lines.
  package enum Kind: Sendable, Hashable {
    case heading, text, number, literal, container, hidden
  }

  /// The lines in order.
  package private(set) var rows: [Row] = []

  private let state: PaneState
  private let origins: VariableOrigins

  /// Longer lists are cut, saying how many are left out.
  private static let childLimit = 500
  /// Containers up to this size are open unless closed by hand.
  private static let openLimit = 8
  private static let previewLimit = 120

  package init(_ input: PaneInput, _ state: PaneState) {
    self.state = state
    origins = input.story.origins
    let instance = input.instance
    for scope in instance.variables.scopes {
      if scope.scope != .root {
        let node = instance.scope(scope.scope).map { input.definition.title(of: $0.node) } ?? "subprocess"
        addHeading("inside \(node)")
      }
      for entry in scope.values.entries {
        add(entry, at: VariablePath(owner: .scope(scope.scope), name: entry.name))
      }
    }
    for run in instance.runs where !run.context.isEmpty {
      addHeading("returned by finished compensations")
      for entry in run.context.entries {
        add(entry, at: VariablePath(owner: .run(run.id), name: entry.name))
      }
    }
  }

  private mutating func addHeading(_ text: SafeText) {
    rows.append(
      Row(path: nil, depth: 0, key: text, value: SafeText(), kind: .heading, origin: nil, isOpen: nil))
  }

  private mutating func add(_ entry: Context.Entry, at path: VariablePath) {
    var origin: VariableOrigins.Origin?
    if case .scope(let scope) = path.owner { origin = origins.origin(of: entry.name, in: scope) }
    add(entry.value, key: SafeText(untrusted: entry.name), name: entry.name, at: path, depth: 0, origin)
  }

  private mutating func add(
    _ value: Value, key: SafeText, name: String?, at path: VariablePath, depth: Int, _ origin: VariableOrigins.Origin?
  ) {
    if let name, SecretMask.isSecret(name), !state.revealsSecrets, !value.isNull {
      addRow(path, depth, key, SafeText(untrusted: SecretMask.mask), .hidden, origin, isOpen: nil)
      return
    }
    switch value {
    case .null, .boolean: addRow(path, depth, key, text(value), .literal, origin, isOpen: nil)
    case .number: addRow(path, depth, key, text(value), .number, origin, isOpen: nil)
    case .string: addRow(path, depth, key, text(value), .text, origin, isOpen: nil)
    case .list(let elements):
      let isOpen = isOpen(path, count: elements.count, depth: depth)
      addRow(
        path, depth, key, preview(value, elements.count, isOpen), .container, origin,
        isOpen: elements.isEmpty ? nil : isOpen)
      guard isOpen else { return }
      for (index, element) in elements.prefix(Self.childLimit).enumerated() {
        add(element, key: "\(index)", name: nil, at: path.inside(.index(index)), depth: depth + 1, nil)
      }
      addRest(elements.count, depth)
    case .context(let context):
      let isOpen = isOpen(path, count: context.count, depth: depth)
      addRow(
        path, depth, key, preview(value, context.count, isOpen), .container, origin,
        isOpen: context.isEmpty ? nil : isOpen)
      guard isOpen else { return }
      for entry in context.entries.prefix(Self.childLimit) {
        let inner = path.inside(.name(entry.name))
        add(entry.value, key: SafeText(untrusted: entry.name), name: entry.name, at: inner, depth: depth + 1, nil)
      }
      addRest(context.count, depth)
    }
  }

  private mutating func addRow(
    _ path: VariablePath, _ depth: Int, _ key: SafeText, _ value: SafeText, _ kind: Kind,
    _ origin: VariableOrigins.Origin?, isOpen: Bool?
  ) {
    rows.append(Row(path: path, depth: depth, key: key, value: value, kind: kind, origin: origin, isOpen: isOpen))
  }

  private mutating func addRest(_ count: Int, _ depth: Int) {
    guard count > Self.childLimit else { return }
    rows.append(
      Row(
        path: nil, depth: depth + 1, key: "… \(count - Self.childLimit) more", value: SafeText(), kind: .heading,
        origin: nil, isOpen: nil))
  }

  private func isOpen(_ path: VariablePath, count: Int, depth: Int) -> Bool {
    guard count > 0 else { return false }
    let natural = depth == 0 && count <= Self.openLimit
    return state.toggled.contains(.variable(path)) ? !natural : natural
  }

  private func text(_ value: Value) -> SafeText { SafeText(untrusted: value.jsonText, limit: 2000) }

  private func preview(_ value: Value, _ count: Int, _ isOpen: Bool) -> SafeText {
    let isList = value.listValue != nil
    if count == 0 { return isList ? "[]" : "{}" }
    if isOpen {
      return isList ? .count(count, "element", "elements") : .count(count, "name", "names")
    }
    let shown = state.revealsSecrets ? value : SecretMask.masked(value)
    return SafeText(untrusted: shown.jsonText, limit: Self.previewLimit)
  }
}
