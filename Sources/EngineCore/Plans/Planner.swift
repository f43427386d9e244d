/// Computes plans. Pure: any process that can read a store can show one.
public enum Planner {
  /// What a verb would do to an instance.
  ///
  /// Throws the rejection that carrying it out would meet.
  ///
  /// - Parameters:
  ///   - caller: The instance that called this one, where that is still there: what it can undo cannot be deleted.
  ///   - reason: The reason that the command will have; some verbs are refused without one.
  public static func plan(
    _ verb: Verb, for instance: ProcessInstance, of deployed: DeployedDefinition,
    calledBy caller: ProcessInstance? = nil, now: Timestamp, reason: String? = nil
  ) throws(Rejection) -> Plan {
    let definition = deployed.definition
    let title = Self.title(verb, instance, definition)
    if case .delete = verb {
      if let refusal = instance.refusalOfDeletion(calledBy: caller) { throw refusal }
      let line = PlanLine(kind: .ends, text: "deletes the instance and its \(instance.sequence) events for good")
      return Plan(target: instance.id, version: instance.version, title: title, lines: [line])
    }
    guard let command = InstanceCommand(verb, now: now, reason: reason) else {
      throw Rejection(.invalidArgument, "\(verb.name) does not concern an instance")
    }
    // Whoever is at work is taken to be alive: whether its engine is, the instance does not know.
    let epoch = instance.tokens.map(\.epoch).max() ?? 0
    var context = StepContext(
      definition: definition, now: now, epoch: epoch, freeSlots: .max, zones: AnyZone())
    context.isDefinitionSuspended = instance.isHeld
    var (before, mark) = try marked(instance, for: command, in: context)
    let transition: Transition
    do throws(Rejection) {
      transition = try step(before, command, in: context)
    } catch {
      guard !before.isCorrupted, command.meetsBrokenInvariant(error, isAskedFor: true) else { throw error }
      (before, mark) = try Self.mark(instance, because: error.message, in: context)
      transition = try step(before, command, in: context)
    }
    var lines = mark + Self.lines(transition, before: before, definition)
    if case .compensate(_, let target) = verb { lines += stack(transition, target, definition) }
    if lines.isEmpty { lines = [PlanLine(kind: .note, text: "nothing changes at once")] }
    return Plan(target: instance.id, version: instance.version, title: title, lines: lines)
  }

  /// The instance as an engine would find it: one that is damaged is marked before anything else happens to it, and the
  /// rules are not applied to what they cannot be applied to.
  private static func marked(
    _ instance: ProcessInstance, for command: InstanceCommand, in context: StepContext
  ) throws(Rejection) -> (ProcessInstance, [PlanLine]) {
    guard !instance.isCorrupted, command.meetsDamage(in: instance),
      let problem = instance.mismatch(in: context.definition)
    else { return (instance, []) }
    guard !instance.state.isEnd, command == .cancel || command == .terminate else {
      throw instance.refusal(because: problem)
    }
    return try mark(instance, because: problem, in: context)
  }

  private static func mark(
    _ instance: ProcessInstance, because problem: String, in context: StepContext
  ) throws(Rejection) -> (ProcessInstance, [PlanLine]) {
    let marked = try step(instance, .corrupt(reason: problem), in: context)
    return (marked.instance, [PlanLine(kind: .note, text: "the instance is damaged: \(problem)")])
  }

  private static func title(_ verb: Verb, _ instance: ProcessInstance, _ definition: ProcessDefinition) -> String {
    let token: TokenID? =
      switch verb {
      case .retry(_, let token): token
      case .skip(_, let token, _), .resolve(_, let token, _), .finishTask(_, let token, _, _),
        .extendLease(_, let token, _, _):
        token
      case .fireTimer(_, let timer), .rescheduleTimer(_, let timer, _): instance.timer(timer)?.token
      case .start, .deploy, .cancel, .terminate, .compensate, .suspend, .resume, .setVariables, .fetchTasks, .delete,
        .send, .signal, .suspendDefinition, .resumeDefinition:
        nil
      }
    let node = token.flatMap { instance.token($0) }.map { definition.name(of: $0.node) }
    if case .compensate(_, let target) = verb { return verb.name + target.suffix }
    return node.map { "\(verb.name) \($0)" } ?? verb.name
  }

  private static func lines(
    _ transition: Transition, before: ProcessInstance, _ definition: ProcessDefinition
  ) -> [PlanLine] {
    var lines: [PlanLine] = []
    for entry in transition.entries {
      if let line = line(entry.event, before, definition) { lines.append(line) }
    }
    for effect in transition.effects {
      switch effect {
      case .startWork(let work):
        let node = definition.name(of: work.node)
        let what =
          switch work.mode {
          case .forward: "runs \(node)"
          case .compensation: "undoes \(node)"
          case .probe: "asks after \(node)"
          }
        lines.append(PlanLine(kind: .runs, text: "\(what) with \(work.handler), attempt \(work.attempt)"))
      case .stopWork(let token, let immediately):
        guard let node = before.token(token).map({ definition.name(of: $0.node) }) else { continue }
        lines.append(
          PlanLine(kind: .ends, text: "\(immediately ? "stops" : "asks") \(node)\(immediately ? "" : " to stop")"))
      case .startChild(let start):
        lines.append(PlanLine(kind: .creates, text: "an instance of \(start.process)"))
      case .endChild(let child, let immediately):
        let how = immediately ? "is terminated" : "is cancelled"
        lines.append(PlanLine(kind: .ends, text: "the called instance \(child) \(how)"))
      case .compensateChild(let child):
        lines.append(PlanLine(kind: .runs, text: "undoes the called instance \(child)"))
      case .escalate(let parent, let code):
        lines.append(PlanLine(kind: .changes, text: "instance \(parent.instance), which called it, hears of \(code)"))
      case .tokenReady, .timerPending, .messageAwaited, .awaitChild: break
      }
    }
    return lines
  }

  private static func line(
    _ event: ProcessEvent, _ before: ProcessInstance, _ definition: ProcessDefinition
  ) -> PlanLine? {
    func name(_ node: NodeIndex) -> String { definition.name(of: node) }
    switch event {
    case .processCompleted: return PlanLine(kind: .changes, text: "the instance completes")
    case .completionKept: return PlanLine(kind: .changes, text: "the instance stays completed")
    case .processCompensated: return PlanLine(kind: .changes, text: "the instance ends as compensated")
    case .processFailed(let code): return PlanLine(kind: .changes, text: "the instance fails with \(code)")
    case .processCancelled: return PlanLine(kind: .changes, text: "the instance ends as cancelled; nothing is undone")
    case .cancellationStarted:
      let count = before.tokens.count { $0.state == .executing }
      guard count > 0 else { return nil }
      let handlers = count == 1 ? "1 handler" : "\(count) handlers"
      return PlanLine(
        kind: .ends,
        text: "asks \(handlers) to stop, up to \(CoreLimits.grace.shortText); then the instance ends as cancelled")
    case .processTerminated: return PlanLine(kind: .changes, text: "the instance ends as terminated; nothing is undone")
    case .processSuspended: return PlanLine(kind: .changes, text: "nothing advances; timers keep their due times")
    case .processResumed: return PlanLine(kind: .changes, text: "the instance goes on")
    case .tokenArrived(let arrival): return PlanLine(kind: .creates, text: "a token at \(name(arrival.node))")
    case .tokenTerminated(_, let node): return PlanLine(kind: .ends, text: "the token at \(name(node)) ends")
    case .tokenSkipped(_, let node, _): return PlanLine(kind: .changes, text: "\(name(node)) counts as done")
    case .tokenReady(let token, .operatorRetry):
      guard let node = before.token(token)?.node else { return nil }
      return PlanLine(kind: .changes, text: "\(name(node)) gets one more try")
    case .timerFired(let timer): return timerLine(timer, "fires", .changes, before, definition)
    case .timerCancelled(let timer): return timerLine(timer, "is cancelled", .cancels, before, definition)
    case .timerRescheduled(let timer, let due):
      return timerLine(timer, "is due \(due.iso8601)", .changes, before, definition)
    case .boundaryTriggered(let node, _, _): return PlanLine(kind: .changes, text: "\(name(node)) goes off")
    case .eventSubprocessTriggered(let node, _, _):
      return PlanLine(kind: .changes, text: "\(name(node)) goes off")
    case .messageThrown(_, _, let message): return PlanLine(kind: .creates, text: "a message \(message.name)")
    case .signalThrown(_, _, let name, _): return PlanLine(kind: .creates, text: "a signal \(name)")
    case .variablesChanged(_, let changes):
      let names = changes.map { $0.value == nil ? "removes \($0.name)" : "sets \($0.name)" }
      return PlanLine(kind: .changes, text: names.joined(separator: ", "))
    case .sagaStarted(_, let target, _, _, let then, _):
      guard then.endsForwardWork else {
        let rest = before.state == .completed ? "the rest stays as it is" : "forward work goes on beside it"
        return PlanLine(kind: .changes, text: "compensation starts; \(rest)")
      }
      let place = before.scope(target).map { " of \(name($0.node))" } ?? ""
      return PlanLine(kind: .changes, text: "forward work\(place) ends; compensation starts")
    case .probeStarted(_, let node):
      return PlanLine(kind: .runs, text: "a probe finds out whether \(name(node)) happened")
    case .compensationSkipped(_, let record, _):
      guard let node = before.record(record)?.node else { return nil }
      return PlanLine(kind: .changes, text: "\(name(node)) counts as undone")
    case .outcomeDeferred: return PlanLine(kind: .note, text: "the instance is suspended: it takes effect on resume")
    case .processStarted, .processCorrupted, .processCalled, .childRecorded, .tokenClaimed, .tokenCompleted,
      .tokenFailed, .attemptNoted, .tokenReady, .tokenWaiting,
      .subscriptionOpened, .subscriptionTriggered, .subscriptionClosed, .conditionChanged, .escalationThrown,
      .eventDeferred, .joinCompleted, .scopeEntered, .scopeCompleted, .scopeTerminated, .timerScheduled, .timerRepeats,
      .userTaskCreated,
      .userTaskCompleted, .externalTaskCreated, .externalTaskLocked, .externalTaskReleased, .externalTaskCompleted,
      .externalTaskFailed, .workHandedOver, .compensationRecorded, .sagaPhaseChanged, .compensationTokenCreated,
      .compensationCompleted, .compensationFailed, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed, .lineageGathered,
      .recordsHandedOver, .incidentRaised, .incidentResolved, .outcomesReplayed:
      return nil
    }
  }

  private static func timerLine(
    _ timer: TimerID, _ what: String, _ kind: PlanLine.Kind, _ before: ProcessInstance,
    _ definition: ProcessDefinition
  ) -> PlanLine? {
    guard let timer = before.timer(timer), let node = node(of: timer, before) else { return nil }
    return PlanLine(kind: kind, text: "the \(timer.kind.name) timer of \(definition.name(of: node)) \(what)")
  }

  private static func node(of timer: Timer, _ instance: ProcessInstance) -> NodeIndex? {
    if case .eventStart(let node) = timer.kind { return node }
    return instance.token(timer.token)?.node
  }

  /// What compensation will undo, in the order in which it will, and what comes of the instance afterwards.
  private static func stack(
    _ transition: Transition, _ target: CompensationTarget, _ definition: ProcessDefinition
  ) -> [PlanLine] {
    let after = transition.instance
    var lines: [PlanLine] = []
    guard let run = after.runs.last else {
      // With nothing to undo the run was over in the same step.
      lines = [PlanLine(kind: .note, text: "no completed step has anything to undo")]
      if case .back(let node, _) = target { lines.append(goingOn(behind: node)) }
      return lines
    }
    let steps = after.stepsToUndo(in: run, of: definition).map { step in
      step.map { definition.name(of: $0.node) }.joined(separator: " and ")
    }
    if steps.isEmpty {
      lines.append(PlanLine(kind: .note, text: "no completed step has anything to undo"))
    } else {
      lines.append(PlanLine(kind: .runs, text: "undoes \(steps.joined(separator: ", then "))"))
    }
    switch run.then {
    case .goBack:
      let node = run.extent.resumption.map { definition.name(of: $0) } ?? "it"
      lines.append(goingOn(behind: node))
    case .awaitOperator:
      let node = after.scope(run.target).map { definition.name(of: $0.node) } ?? "it"
      lines.append(PlanLine(kind: .changes, text: "then \(node) waits for retry or skip"))
    case .endInstance, .throwError, .resume, .cancelTransaction, .leave: break
    }
    return lines
  }

  private static func goingOn(behind node: String) -> PlanLine {
    PlanLine(kind: .changes, text: "then goes on behind \(node), with the variables as they are by then")
  }
}

/// Knows every zone, as if its clock showed UTC: a plan says that a timer comes again, not when.
private struct AnyZone: ZoneSource {
  func rules(of zone: String) -> (any ZoneRules)? { FixedZone.utc }
}
