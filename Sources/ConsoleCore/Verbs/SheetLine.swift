import EngineCore

/// One line of those on a plan sheet that scroll.
package struct SheetLine: Sendable, Hashable {
  /// What the line tells, and so how it looks.
  package enum Kind: Sendable, Hashable {
    case consequence(PlanLine.Kind)
    /// The second and later lines of a text that did not fit into one.
    case continuation
    case added
    case removed
    case refused
    case done
    case waiting
    case note
  }

  package let kind: Kind
  package let text: SafeText
}

extension PlanSheet {
  /// The lines that scroll, none longer than `width` less the room for a mark.
  package func lines(width: Int) -> [SheetLine] {
    var lines: [SheetLine] = []
    for edit in edits { lines += Self.lines(edit, width: width) }
    let many = entries.count > 1
    for consequence in consequences where phase != .finished {
      let count: SafeText = many ? "\(consequence.count)× " : ""
      add(.consequence(consequence.line.kind), count + SafeText(untrusted: consequence.line.text), width, &lines)
    }
    // Refusals come before the rest: they are what the operator has to deal with.
    for entry in refusals.prefix(Self.listed) {
      guard case .refused(let reason) = entry.state else { continue }
      add(.refused, entry.target.title + ": " + reason, width, &lines)
    }
    if refusals.count > Self.listed { add(.note, "\(refusals.count - Self.listed) more refusals", width, &lines) }
    for entry in answered.prefix(Self.listed) {
      switch entry.state {
      case .done(let outcome): add(.done, entry.target.title + ": " + outcome, width, &lines)
      case .posted: add(.waiting, entry.target.title + ": waits in the store for an engine", width, &lines)
      case .left: add(.note, entry.target.title + ": left as it was", width, &lines)
      case .sent: add(.waiting, "on its way", width, &lines)
      case .planning: add(.note, "asking what would happen…", width, &lines)
      case .planned, .refused: break
      }
    }
    if answered.count > Self.listed { add(.note, "and \(answered.count - Self.listed) more", width, &lines) }
    if let note { add(.note, note, width, &lines) }
    return lines
  }

  /// How many targets of one kind are listed.
  private static let listed = 200

  /// The targets of which something other than a plan or a refusal can be told.
  private var answered: [Entry] {
    let many = entries.count > 1
    return entries.filter { entry in
      switch entry.state {
      case .done, .posted, .left: true
      case .sent, .planning: !many
      case .planned, .refused: false
      }
    }
  }

  private func add(_ kind: SheetLine.Kind, _ text: SafeText, _ width: Int, _ lines: inout [SheetLine]) {
    let parts = text.wrapped(to: max(8, width - 2))
    for (index, part) in parts.enumerated() {
      lines.append(SheetLine(kind: index == 0 ? kind : .continuation, text: part))
    }
  }

  /// How many lines of one value are shown.
  private static let valueLines = 20

  private static func lines(_ edit: VariableEdit, width: Int) -> [SheetLine] {
    func side(_ kind: SheetLine.Kind, _ value: Value?) -> [SheetLine] {
      guard let value else { return [] }
      let text = SafeText.lines(untrusted: "\(edit.name): \(value.prettyJSON)", limit: valueLines)
      return text.map { SheetLine(kind: kind, text: $0.clipped(to: max(8, width - 2))) }
    }
    return side(.removed, edit.before) + side(.added, edit.after)
  }
}
