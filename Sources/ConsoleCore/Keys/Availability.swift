import EngineCore

/// Whether a command makes sense now.
package enum Availability: Sendable, Hashable {
  case enabled
  /// It does not, for this reason.
  case disabled(SafeText)

  package var reason: SafeText? {
    switch self {
    case .enabled: nil
    case .disabled(let reason): reason
    }
  }

  init(objection: SafeText?) {
    self = objection.map(Availability.disabled) ?? .enabled
  }
}

/// What verbs would act on, as far as it matters for whether they make sense.
package struct VerbScope: Sendable {
  /// More targets than this are not looked at one by one: the plan tells who is left out.
  static let limit = 64

  package let count: Int
  /// The targets; empty where there are too many to look at for every picture.
  package let targets: [VerbTarget]
}

extension ConsoleModel {
  /// Whether a command makes sense now, and why not.
  ///
  /// - Parameter scope: what verbs would act on, for callers that ask for many commands.
  package func availability(of command: ConsoleCommand, scope: VerbScope? = nil) -> Availability {
    switch command {
    case .verb(let kind): return Availability(objection: objection(to: kind, scope ?? verbScope))
    case .open: return Availability(objection: objectionToOpening)
    case .parent: return Availability(objection: definitionInSight == nil ? "nothing here runs a definition" : nil)
    case .follow:
      let hasTarget = instanceView != nil || definitionInSight != nil
      return Availability(objection: hasTarget ? nil : "there is nothing to follow")
    case .lastView: return Availability(objection: previousPath == nil ? "there is no view before this one" : nil)
    case .searchNext, .searchPrevious:
      return Availability(objection: searchText.isEmpty ? "nothing has been looked for yet: press /" : nil)
    case .sort:
      let columns = listKind?.sortColumns.count ?? 0
      return Availability(objection: columns > 1 ? nil : "this view has one order only")
    case .mark, .markRange, .markAll:
      return Availability(objection: listKind.flatMap { self[list: $0].current } == nil ? "there is no row" : nil)
    case .stepBack, .stepForward: return Availability(objection: objectionToStepping(command))
    case .move, .back, .quit, .view, .nextPane, .previousPane, .commandLine, .filter, .wide, .freeze, .timeZone, .help,
      .copy, .writeScreen, .redraw, .suspend, .prompt, .sheet, .closeHelp:
      return .enabled
    }
  }

  /// Why nothing may be changed at all; nil where it may.
  package var objectionToChanging: SafeText? {
    if case .readOnly(let reason) = access { return "read-only: " + reason }
    if instanceView?.past != nil { return "this is the past: Esc comes back to the present" }
    return nil
  }

  private func objection(to kind: VerbKind, _ scope: VerbScope) -> SafeText? {
    if let objection = objectionToChanging { return objection }
    if scope.count == 0 { return "there is no instance here" }
    if kind == .edit && scope.count > 1 { return "variables are edited one instance at a time" }
    // For many, the plan lists who is left out; it is off only where it fits nobody.
    var objection: SafeText?
    for target in scope.targets {
      guard let found = kind.objection(to: target) else { return nil }
      objection = objection ?? found
    }
    return objection
  }

  private var objectionToOpening: SafeText? {
    guard let kind = listKind else { return nil }
    guard let row = self[list: kind].current else { return "there is no row" }
    if case .definition = row { return nil }
    return row.instance == nil ? "this command concerns no instance" : nil
  }

  private func objectionToStepping(_ command: ConsoleCommand) -> SafeText? {
    guard let view = instanceView, view.story != nil else { return "nothing has been read yet" }
    return command == .stepForward && view.past == nil ? "this is the present" : nil
  }

  /// The definition of what is under the cursor.
  var definitionInSight: DefinitionID? {
    switch screen {
    case .instance(let view): return view.story?.detail.summary.definition
    case .list(let kind):
      guard let row = self[list: kind].current else { return nil }
      if case .definition(let definition) = row { return definition.deployed.id }
      return row.summary?.definition
    }
  }

  /// What `n` looks for.
  var searchText: String {
    switch screen {
    case .instance(let view): view.search
    case .list(let kind): self[list: kind].searchText
    }
  }

  /// What verbs would act on, as far as it matters for whether they make sense.
  package var verbScope: VerbScope {
    if let kind = listKind, self[list: kind].markCount > VerbScope.limit {
      return VerbScope(count: self[list: kind].markCount, targets: [])
    }
    let targets = verbTargets
    return VerbScope(count: targets.count, targets: targets)
  }

  /// What a verb would act on: the marked rows, or what is under the cursor.
  package var verbTargets: [VerbTarget] {
    switch screen {
    case .list(let kind):
      let list = self[list: kind]
      let marked = list.markedRows
      return (marked.isEmpty ? list.current.map { [$0] } ?? [] : marked).compactMap { VerbTarget($0) }
    case .instance(let view):
      guard let detail = view.story?.detail else { return [] }
      return [VerbTarget(detail, subject: view[state: view.pane].selection)]
    }
  }
}
