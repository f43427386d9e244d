import ConsoleCore
import EngineCore

/// The variables as a tree, each with the change that set it.
package enum VariablesPane {
  package static func content(_ input: PaneInput, _ state: PaneState, width: Int) -> PaneContent {
    let rows = VariableTree(input, state).rows
    guard !rows.isEmpty else { return PaneContent("There are no variables.", width: width) }
    return PaneContent(lines: rows.map { line($0, input, width) })
  }

  private static func line(_ row: VariableTree.Row, _ input: PaneInput, _ width: Int) -> PaneLine {
    var line = PaneLine(about: row.path.map(PaneSubject.variable))
    line.pad(to: row.depth * 2)
    guard row.path != nil else {
      line.add(row.key, .textMuted)
      return line
    }
    switch row.isOpen {
    case true?: line.add("▾ ", .textMuted)
    case false?: line.add("▸ ", .textMuted)
    case nil: line.add("  ")
    }
    line.add(row.key.clipped(to: max(8, width / 2)), .jsonKey)
    line.add(": ", .jsonPunctuation)
    let origin = self.origin(row, input)
    // The origin stands at the right edge where it does not push the value together.
    let originWidth = origin.isEmpty || width < 50 ? 0 : origin.columns + 2
    let room = max(8, width - line.columns - originWidth)
    line.add(row.value.clipped(to: room), role(of: row.kind))
    if originWidth > 0 {
      line.pad(to: width - origin.columns)
      line.add(origin, .textMuted)
    }
    return line
  }

  private static func origin(_ row: VariableTree.Row, _ input: PaneInput) -> SafeText {
    guard let path = row.path, path.steps.isEmpty, case .scope = path.owner else { return "" }
    guard let origin = row.origin else { return "set earlier" }
    let time = input.clock.time(origin.at)
    return switch origin.cause {
    case .start: "start \(time)"
    case .node(let node, _): "\(input.definition.title(of: node)) \(time)"
    case .subprocess(let node): "\(input.definition.title(of: node)) \(time)"
    case .operatorCommand(let user): (user.map { SafeText(untrusted: $0) } ?? "an operator") + " \(time)"
    }
  }

  private static func role(of kind: VariableTree.Kind) -> StyleRole {
    switch kind {
    case .heading: .textMuted
    case .text: .jsonString
    case .number: .jsonNumber
    case .literal: .jsonLiteral
    case .container: .text
    case .hidden: .textMuted
    }
  }
}
