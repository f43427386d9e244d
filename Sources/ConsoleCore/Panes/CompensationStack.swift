import EngineCore

/// Completed steps in the order in which they are undone: the latest completion first.
///
/// Without a compensation run it shows what `B` would do.
package struct CompensationStack: Sendable, Hashable {
  /// How far one step is.
  package enum Mark: Sendable, Hashable {
    case pending, running, failed, skipped, done
  }

  /// One step.
  package struct Step: Sendable, Hashable {
    package let record: RecordID
    package let node: NodeIndex
    package let mark: Mark
    /// Who undoes it.
    package let work: SafeText
    /// The token that undoes it now.
    package let token: TokenID?
    /// How often undoing it was tried so far; zero before the first attempt.
    package let attempt: Int
    /// How often it may be tried.
    package let attemptsAllowed: Int
    /// When undoing it is tried again, if it waits for that.
    package let retryAt: Timestamp?
  }

  /// Steps that are undone together.
  package struct Section: Sendable, Hashable {
    /// The run that undoes them; nil for those that no run has taken up.
    package let run: CompensationRun?
    /// In the order in which they are or would be undone.
    package let steps: [Step]

    /// Steps that have yet to be undone and have not begun.
    package var pendingCount: Int { steps.count { $0.mark == .pending } }
    /// Steps that are over: undone or skipped.
    package var finishedCount: Int { steps.count { $0.mark == .done || $0.mark == .skipped } }
  }

  /// The innermost run first; at the end what no run has taken up.
  package let sections: [Section]

  package init(_ detail: InstanceDetail) {
    let instance = detail.instance
    var rest = Array(instance.records.reversed())
    var sections: [Section] = []
    let definition = detail.deployed.definition
    for run in instance.runs.reversed() {
      let isCovered = { (record: CompensationRecord) in
        instance.isScope(record.owner, within: run.target) && run.extent.includes(record, in: definition)
      }
      var taken = rest.filter(isCovered)
      if instance.policy(of: run, in: definition).order == .causal {
        taken = taken.filter { !$0.isUnsettled } + instance.stepsToUndo(in: run, of: definition).flatMap { $0 }
      }
      rest.removeAll { record in taken.contains { $0.id == record.id } }
      sections.append(Section(run: run, steps: taken.map { Self.step($0, detail) }))
    }
    if !rest.isEmpty { sections.append(Section(run: nil, steps: rest.map { Self.step($0, detail) })) }
    self.sections = sections
  }

  /// What `B` undoes, in order: every pending step of the instance.
  package static func nodesToUndo(_ instance: ProcessInstance, _ definition: ProcessDefinition) -> [NodeIndex] {
    instance.stepsToUndo(of: definition).flatMap { $0 }.filter { $0.state == .pending }.map(\.node)
  }

  private static func step(_ record: CompensationRecord, _ detail: InstanceDetail) -> Step {
    let definition = detail.deployed.definition
    let compensation = definition.compensation(of: record.node)
    let token = detail.instance.tokens.first { $0.compensates?.record == record.id }
    var retryAt: Timestamp?
    if case .timer(let timer)? = token?.wait { retryAt = detail.instance.timer(timer)?.due }
    return Step(
      record: record.id, node: record.node, mark: mark(record, token), work: compensation?.work.title ?? "nothing",
      token: token?.id, attempt: token?.attempt ?? 0, attemptsAllowed: compensation?.retry.attempts ?? 1,
      retryAt: retryAt)
  }

  private static func mark(_ record: CompensationRecord, _ token: Token?) -> Mark {
    switch record.state {
    case .pending: .pending
    case .running: token?.state == .failed ? .failed : .running
    case .done: .done
    case .skipped: .skipped
    }
  }
}
