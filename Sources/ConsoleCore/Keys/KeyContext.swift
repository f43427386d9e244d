/// What has the keys.
package enum KeyContext: Sendable, Hashable {
  case list(ViewKind)
  case instance(Pane)
  case prompt
  case sheet(PlanSheet.Phase)
  case help

  /// Every one of them, for tests and documents.
  package static let all: [KeyContext] =
    ViewKind.allCases.map(KeyContext.list) + Pane.allCases.map(KeyContext.instance)
    + [.prompt, .help, .sheet(.planning), .sheet(.deciding), .sheet(.running), .sheet(.paused), .sheet(.finished)]
}

extension ConsoleModel {
  /// What has the keys now.
  package var context: KeyContext {
    switch overlay {
    case .prompt: .prompt
    case .sheet(let sheet): .sheet(sheet.phase)
    case .help: .help
    case .none: contextUnderneath
    }
  }
}
