// A verb is carried out in two steps. First the engine's own rules say what would happen to each target, which fixes
// the targets and their versions; then the operator types a word that only fits this plan. The sheet holds both, and
// afterwards what came of each target. The list underneath may move on; the sheet does not.

import EngineCore

/// The plan of one verb over its targets, from the question to the results.
package struct PlanSheet: Sendable, Hashable {
  /// How far it has come.
  package enum Phase: Sendable, Hashable {
    /// Plans are being made.
    case planning
    /// The operator decides.
    case deciding
    /// Commands are on their way, a batch at a time.
    case running
    /// The batch under way is the last one until the operator says otherwise.
    case paused
    /// All that was asked for has been answered.
    case finished
  }

  /// Where keys go while the operator decides.
  package enum Focus: Sendable, Hashable {
    case cancel
    case confirmation
    case reason
  }

  /// One target.
  package struct Entry: Sendable, Hashable {
    package let target: VerbTarget
    /// Nil where the verb does not fit the target at all; then it has been refused.
    package let verb: Verb?
    package internal(set) var state: State

    /// What has become of the target.
    package enum State: Sendable, Hashable {
      /// Its plan is being made.
      case planning
      case planned(Plan)
      case refused(SafeText)
      /// Its command is on its way.
      case sent(Plan)
      case done(SafeText)
      /// No engine is running: its command waits in the store.
      case posted
      /// The operator stopped before it was its turn.
      case left
    }
  }

  /// Which answers belong to this sheet.
  package let generation: Generation
  package let kind: VerbKind
  package internal(set) var entries: [Entry]
  package internal(set) var phase = Phase.planning
  package internal(set) var focus = Focus.cancel
  package internal(set) var confirmation = LineEditor()
  package internal(set) var reason = LineEditor()
  /// What is wrong with what was typed.
  package internal(set) var error: SafeText?
  /// The first line in sight of those that scroll.
  package internal(set) var top = 0
  /// What the plans say, each consequence once, in the order in which they first appear.
  package private(set) var consequences: [Consequence] = []
  private var positions: [PlanLine: Int] = [:]
  /// Whether the store is marked as production.
  package let isReasonRequired: Bool
  /// What was changed in the editor.
  package let edits: [VariableEdit]
  /// The same on the command line.
  package let commandLine: SafeText
  /// What else the operator should know.
  package let note: SafeText?

  /// How many plans are asked for, and how many commands are sent, at once.
  package static let batchLimit = 50

  package init(
    generation: Generation, kind: VerbKind, entries: [Entry], isReasonRequired: Bool, edits: [VariableEdit],
    commandLine: SafeText, note: SafeText?
  ) {
    self.generation = generation
    self.kind = kind
    self.entries = entries
    self.isReasonRequired = isReasonRequired
    self.edits = edits
    self.commandLine = commandLine
    self.note = note
  }
}

/// One variable that was changed in the editor.
package struct VariableEdit: Sendable, Hashable {
  package let name: String
  /// The value before; nil when there was none.
  package let before: Value?
  /// The value after; nil when it was removed.
  package let after: Value?

  package init(name: String, before: Value?, after: Value?) {
    self.name = name
    self.before = before
    self.after = after
  }
}

extension PlanSheet {
  /// The targets whose plan stands.
  package var plannedCount: Int {
    entries.count { if case .planned = $0.state { true } else { false } }
  }

  /// The targets that have been answered one way or the other.
  package var answeredCount: Int {
    entries.count { entry in
      switch entry.state {
      case .refused, .done, .posted, .left: true
      case .planning, .planned, .sent: false
      }
    }
  }

  /// The targets that were turned down.
  package var refusals: [Entry] {
    entries.filter { if case .refused = $0.state { true } else { false } }
  }

  /// The word that has to be typed: the identifier where nothing can be made good, the count for many, or `yes`.
  package var requiredWord: String {
    if entries.count > 1 { return String(plannedCount) }
    if kind.isIrreversible, let only = entries.first { return only.target.instance.description }
    return "yes"
  }

  /// `retry charge`, as the engine calls it; `retry 12 instances` for many.
  package var title: SafeText {
    if entries.count == 1, let only = entries.first {
      if case .planned(let plan) = only.state { return SafeText(untrusted: plan.title) }
      return verbName
    }
    return verbName + " \(entries.count) instances"
  }

  /// The word for what is asked, which for a pause may be a resume.
  package var verbName: SafeText {
    entries.lazy.compactMap(\.verb).first.map { SafeText(untrusted: $0.name) } ?? kind.title
  }

  /// Counts the consequences of one more plan.
  mutating func count(_ plan: Plan) {
    for line in plan.lines {
      if let position = positions[line] {
        consequences[position].count += 1
      } else {
        positions[line] = consequences.count
        consequences.append(Consequence(line: line, count: 1))
      }
    }
  }

  /// One thing that would happen, and to how many targets.
  package struct Consequence: Sendable, Hashable {
    package let line: PlanLine
    package internal(set) var count: Int
  }
}
