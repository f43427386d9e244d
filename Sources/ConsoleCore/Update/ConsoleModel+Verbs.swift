import EngineCore

// From a capital letter to a plan: what is needed first (outputs, an editor), then the targets, then the plans.

extension ConsoleModel {
  mutating func begin(_ kind: VerbKind) -> [ConsoleEffect] {
    let targets = verbTargets
    guard let first = targets.first else { return [] }
    if kind == .edit {
      let generation = nextGeneration()
      editing = (generation, first)
      return [.edit(EditRequest(generation: generation, instance: first.instance))]
    }
    if kind.needsOutputs { return openPrompt(Prompt(.outputs(kind, targets), text: "{}")) }
    return openSheet(kind, targets)
  }

  /// Fixes the targets and asks for their plans.
  mutating func openSheet(
    _ kind: VerbKind, _ targets: [VerbTarget], outputs: Context = Context(), edits: [VariableEdit] = [],
    note: SafeText? = nil
  ) -> [ConsoleEffect] {
    let resumes = targets.allSatisfy { $0.summary.isSuspended }
    let changes = edits.map { VariableChange(name: $0.name, value: $0.after) }
    var entries: [PlanSheet.Entry] = []
    var seen: Set<InstanceID> = []
    for target in targets {
      var target = target
      // Marked rows may be parts of one instance; a verb for all of it is carried out once.
      if !kind.isAboutPart && seen.contains(target.instance) { continue }
      let isSecond = !seen.insert(target.instance).inserted
      if kind == .retry && targets.count(where: { $0.instance == target.instance }) > 1 { target.token = nil }
      guard let verb = kind.verb(for: target, outputs: outputs, changes: changes, resumes: resumes) else {
        let reason = kind.objection(to: target) ?? "the engine has no such command"
        entries.append(PlanSheet.Entry(target: target, verb: nil, state: .refused(reason)))
        continue
      }
      let objection: SafeText? =
        isSecond ? "another command for this instance goes first; repeat it afterwards" : kind.objection(to: target)
      entries.append(
        PlanSheet.Entry(target: target, verb: verb, state: objection.map { .refused($0) } ?? .planning))
    }
    let generation = nextGeneration()
    let sheet = PlanSheet(
      generation: generation, kind: kind, entries: entries, isReasonRequired: store.isProduction, edits: edits,
      commandLine: SafeText(untrusted: commandLine(kind, entries, outputs: outputs)), note: note ?? noteForSheet)
    overlay = .sheet(sheet)
    notice = nil
    return planNext()
  }

  private var noteForSheet: SafeText? {
    if case .none = connection { return "no engine is running: the command waits in the store until one starts" }
    return nil
  }

  /// Asks for the plans of the next targets, or lets the operator decide when all have been made.
  mutating func planNext() -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay, sheet.phase == .planning else { return [] }
    let open = sheet.entries.filter { $0.state == .planning }.prefix(PlanSheet.batchLimit)
    guard !open.isEmpty else {
      sheet.phase = sheet.plannedCount > 0 ? .deciding : .finished
      overlay = .sheet(sheet)
      return []
    }
    let commands = open.compactMap { entry in
      entry.verb.map { PlanRequest.Command(target: entry.target, verb: $0) }
    }
    return [.plan(PlanRequest(generation: sheet.generation, commands: commands))]
  }

  mutating func take(_ answers: [PlanAnswer], for generation: Generation) -> [ConsoleEffect] {
    guard case .sheet(var sheet) = overlay, sheet.generation == generation, sheet.phase == .planning else { return [] }
    var open = sheet.entries.indices.filter { sheet.entries[$0].state == .planning }
    for answer in answers {
      guard let position = open.firstIndex(where: { sheet.entries[$0].target.instance == answer.instance }) else {
        continue
      }
      let index = open.remove(at: position)
      let state = state(after: answer.outcome, of: sheet.entries[index], sheet.kind)
      if case .planned(let plan) = state { sheet.count(plan) }
      sheet.entries[index].state = state
    }
    overlay = .sheet(sheet)
    return answers.isEmpty ? [] : planNext()
  }

  private func state(
    after outcome: PlanAnswer.Outcome, of entry: PlanSheet.Entry, _ kind: VerbKind
  ) -> PlanSheet.Entry.State {
    switch outcome {
    case .planned(let plan):
      // The values were written down from the instance as it was when the editor opened.
      if kind == .edit && plan.version != entry.target.version {
        return .refused("it moved on while you were editing; press E again")
      }
      return .planned(plan)
    case .refused(let rejection): return .refused(SafeText(untrusted: rejection.message))
    case .failed(let message): return .refused(SafeText(untrusted: message))
    }
  }

  // MARK: The editor

  mutating func take(_ answer: EditAnswer, for generation: Generation) -> [ConsoleEffect] {
    guard let editing, editing.generation == generation else { return [] }
    self.editing = nil
    switch answer {
    case .failed(let message): say(SafeText(untrusted: message), .error)
    case .unchanged: say("nothing was changed")
    case .changed(let summary, let edits):
      guard !edits.isEmpty else {
        say("nothing was changed")
        return []
      }
      var target = VerbTarget(summary)
      target.token = editing.target.token
      target.node = nil
      return openSheet(.edit, [target], edits: edits)
    }
    return []
  }

  // MARK: The same on the command line

  private func commandLine(_ kind: VerbKind, _ entries: [PlanSheet.Entry], outputs: Context) -> String {
    let entries = entries.filter { $0.state == .planning }
    guard let verb = entries.first?.verb else { return "" }
    var words = ["sagatop", verb.name, store.path]
    let shown = 10
    words += entries.prefix(shown).map(\.target.instance.description)
    if entries.count > shown { words.append("…") }
    switch verb {
    case .retry(_, let token?) where entries.count == 1: words += ["--token", token.description]
    case .skip(_, let token, _), .resolve(_, let token, _), .finishTask(_, let token, _, _):
      if entries.count == 1 { words += ["--token", token.description] }
      if !outputs.isEmpty { words += ["--vars", Value.context(outputs).jsonText] }
    case .fireTimer(_, let timer) where entries.count == 1: words += ["--timer", timer.description]
    case .setVariables(_, let changes):
      var values = Context()
      for change in changes { values[change.name] = change.value ?? .null }
      words += ["--vars", Value.context(values).jsonText]
    case .retry, .start, .deploy, .cancel, .terminate, .compensate, .suspend, .resume, .suspendDefinition,
      .resumeDefinition,
      .fireTimer, .rescheduleTimer,
      .fetchTasks, .extendLease, .delete, .send, .signal:
      break
    }
    return CommandLineText.joined(words)
  }
}

extension VerbKind {
  /// Whether it acts on a token or a timer, so that two of one instance are two different things.
  var isAboutPart: Bool {
    switch self {
    case .skip, .fire, .complete: true
    case .retry, .cancel, .terminate, .compensate, .pause, .edit, .delete: false
    }
  }
}
