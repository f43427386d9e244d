import EngineCore
import EngineRuntime

/// A rule that the engine breaks on purpose, to show that the simulator would see it.
///
/// The product holds none of this: a mutant wraps the step function of the loop, or sits between the loop and the
/// store. Where it changes what happened, the changed events are folded anew, so that history and tables agree as they
/// would if the engine itself were wrong.
package enum EngineMutant: String, CaseIterable, Sendable {
  /// A join fires although one branch has not arrived.
  case skipsAJoinCount
  /// A record that was undone is undone again.
  case compensatesTwice
  /// A timer is stored, but never looked at.
  case losesATimer
  /// The fencing number of a worker is not looked at.
  case forgetsAFence
  /// The report of an older attempt counts for the present one.
  case takesALateReport
  /// Records are undone in the order of completion.
  case undoesInTheWrongOrder
  /// Of the outcomes that were stored while it was suspended, the first is lost on resume.
  case dropsADeferredOutcome
  /// A handler begins before its step is on disk.
  case startsAHandlerBeforeTheCommit
  /// Steps are begun under the epoch before.
  case reusesAStaleEpoch
  /// The timers of a token stay when it ends.
  case forgetsToDeleteAWait
  /// A step that can be undone leaves no record.
  case losesARecord
  /// What is ready goes on although the instance is suspended.
  case advancesASuspendedInstance
  /// A node sends its token twice.
  case sendsATokenTwice
  /// After a crash the attempt is begun under its old number.
  case repeatsAnAttempt
  /// A token becomes ready, and nobody is told.
  case losesAReadyToken
  /// More of a limited handler begin in one step than there is room for.
  case forgetsAHandlerLimit
  /// Of the events of a batch the last is published first.
  case publishesOutOfOrder
  /// Instances are deleted before their time.
  case deletesTooEarly
  /// A message that was received stays in the store.
  case keepsAReceivedMessage
  /// Cancel ends an instance without waiting for handlers.
  case cancelsWithoutWaiting

  /// The step function of the mutant.
  var rules: StepRules {
    switch self {
    case .startsAHandlerBeforeTheCommit, .publishesOutOfOrder, .deletesTooEarly, .keepsAReceivedMessage: Self.truth
    case .forgetsAHandlerLimit, .skipsAJoinCount, .forgetsAFence, .takesALateReport, .reusesAStaleEpoch,
      .compensatesTwice, .cancelsWithoutWaiting:
      mutatingArguments
    case .undoesInTheWrongOrder, .dropsADeferredOutcome, .advancesASuspendedInstance:
      mutatingTheInstance
    case .forgetsToDeleteAWait, .losesARecord, .sendsATokenTwice, .repeatsAnAttempt:
      mutatingEvents
    case .losesATimer, .losesAReadyToken:
      mutatingEffects
    }
  }

  /// The step function of the product.
  static var truth: StepRules {
    { (instance, command, context) throws(Rejection) in try step(instance, command, in: context) }
  }

  /// The rules are right, but what they are told is wrong.
  private var mutatingArguments: StepRules {
    { (instance, command, context) throws(Rejection) in
      var (instance, command, context) = (instance, command, context)
      switch (self, command) {
      case (.skipsAJoinCount, _):
        for index in context.definition.nodes.indices where context.definition.nodes[index].incoming.count > 2 {
          context.definition.nodes[index].incoming.removeLast()
        }
      case (.forgetsAFence, .finishTask(let token, _, let outcome)):
        command = .finishTask(token, fence: nil, outcome: outcome)
      case (.takesALateReport, .finishWork(let id, _, let outcome, _)):
        if let token = instance.token(id) { command = .finishWork(id, attempt: token.attempt, outcome: outcome) }
      case (.forgetsAHandlerLimit, _):
        context.handlerSlots = [:]
      case (.reusesAStaleEpoch, _):
        context.epoch -= 1
      case (.cancelsWithoutWaiting, .cancel):
        context.epoch += 1
      case (.compensatesTwice, .finishWork):
        if let index = instance.records.lastIndex(where: { $0.state == .done }) {
          instance.records[index].state = .pending
        }
      default: break
      }
      return try step(instance, command, in: context)
    }
  }

  /// The rules look at an instance that is not quite the one that is stored.
  private var mutatingTheInstance: StepRules {
    { (instance, command, context) throws(Rejection) in
      var seen = instance
      switch (self, command) {
      case (.undoesInTheWrongOrder, _): seen.records.reverse()
      case (.dropsADeferredOutcome, .resume): if !seen.deferred.isEmpty { seen.deferred.removeFirst() }
      case (.advancesASuspendedInstance, .claim), (.advancesASuspendedInstance, .fireTimer): seen.isSuspended = false
      default: return try step(instance, command, in: context)
      }
      let transition = try step(seen, command, in: context)
      return try Self.fold(transition.entries.map(\.event), onto: instance, transition)
    }
  }

  /// What happened is told wrongly.
  private var mutatingEvents: StepRules {
    { (instance, command, context) throws(Rejection) in
      let transition = try step(instance, command, in: context)
      let told = events(of: transition)
      if told == transition.entries.map(\.event) { return transition }
      do throws(Rejection) {
        return try Self.fold(told, onto: instance, transition)
      } catch {
        return transition
      }
    }
  }

  private func events(of transition: Transition) -> [ProcessEvent] {
    var events = transition.entries.map(\.event)
    switch self {
    case .forgetsToDeleteAWait:
      events.removeAll { if case .timerCancelled = $0 { true } else { false } }
    case .losesARecord:
      events.removeAll { if case .compensationRecorded = $0 { true } else { false } }
    case .sendsATokenTwice:
      for case .tokenArrived(let arrival) in events where arrival.flow != nil {
        let twin = TokenArrival(
          token: TokenID(transition.instance.nextID), node: arrival.node, scope: arrival.scope, flow: arrival.flow,
          state: .ready, epoch: 0)
        if transition.instance.token(arrival.token) != nil { return events + [.tokenArrived(twin)] }
      }
    case .repeatsAnAttempt:
      events = events.map { event in
        guard case .tokenClaimed(let token, let attempt, let epoch) = event, attempt > 1 else { return event }
        return .tokenClaimed(token: token, attempt: attempt - 1, epoch: epoch)
      }
    default: break
    }
    return events
  }

  /// What follows from a step is forgotten.
  private var mutatingEffects: StepRules {
    { (instance, command, context) throws(Rejection) in
      var transition = try step(instance, command, in: context)
      transition.effects.removeAll { effect in
        switch effect {
        case .timerPending: self == .losesATimer
        case .tokenReady: self == .losesAReadyToken
        default: false
        }
      }
      return transition
    }
  }

  /// A transition that tells other events, with the instance and the changes that follow from them.
  private static func fold(
    _ events: [ProcessEvent], onto instance: ProcessInstance, _ original: Transition
  ) throws(Rejection) -> Transition {
    guard let at = original.entries.first?.at else { return original }
    var folded = instance
    var changes = ChangeSet()
    var entries: [HistoryEntry] = []
    for event in events {
      let entry = HistoryEntry(sequence: folded.sequence + 1, at: at, event: event)
      try folded.apply(entry, changes: &changes)
      entries.append(entry)
    }
    folded.version = instance.version + 1
    var transition = original
    transition.instance = folded
    transition.changes = changes
    transition.entries = entries
    return transition
  }
}
