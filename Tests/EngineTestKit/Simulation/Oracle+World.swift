import EngineCore
import EngineRuntime

/// Events held against what the world outside has really done.
extension Oracle {
  func check(_ entry: HistoryEntry, _ unit: UnitOfWork, _ known: Known, _ before: ProcessInstance, _ lease: Lease) {
    let instance = known.instance
    switch entry.event {
    case .tokenCompleted(let id, let node, _):
      guard let token = instance.token(id), !isLoop(token, known), let work = work(of: token, known.definition) else {
        return
      }
      if !isExplained(token, work, unit, before) {
        find("instance \(instance.id): \(known.definition[node].id) completed, but nobody said so")
      }
    case .tokenArrived(let arrival) where arrival.state == .executing:
      checkEpoch(arrival.epoch, lease, instance.id)
    case .tokenClaimed(_, _, let epoch):
      checkEpoch(epoch, lease, instance.id)
    case .tokenTerminated(let id, let node):
      guard case .cancel = unit.command?.command.verb, let token = instance.token(id), token.state == .executing,
        token.epoch == lease.epoch, !before.deferred.contains(where: { $0.token == id })
      else { return }
      find("instance \(instance.id): \(known.definition[node].id) was ended by cancel, and had no time to stop")
    case .timerFired(let id):
      guard let timer = instance.timer(id), timer.due > entry.at, !mayFireEarly(unit) else { return }
      find("instance \(instance.id): timer \(id) fired before it was due")
    case .externalTaskLocked(let id, let worker, _, _):
      guard let task = instance.externalTasks.first(where: { $0.token == id }) else { return }
      if task.availableAt > entry.at, task.worker != worker {
        find("instance \(instance.id): the task of token \(id) was given away while it was locked")
      }
    case .workHandedOver(let id, _, let reference):
      if !references.contains(reference) {
        find("instance \(instance.id): token \(id) goes on elsewhere as \(reference), but nobody said so")
      }
    case .subscriptionTriggered(let id, let event?):
      guard let subscription = instance.subscription(id) else { return }
      noteDelivery(event, to: subscription, of: instance.id, isDeferred: false)
    case .eventDeferred(let id, let delivery):
      guard let subscription = instance.subscription(id) else { return }
      noteDelivery(delivery.event, to: subscription, of: instance.id, isDeferred: true)
    default:
      break
    }
  }

  private func checkEpoch(_ epoch: Int64, _ lease: Lease, _ id: InstanceID) {
    if epoch != lease.epoch { find("instance \(id): a step was begun under epoch \(epoch) in epoch \(lease.epoch)") }
  }

  private func mayFireEarly(_ unit: UnitOfWork) -> Bool {
    switch unit.command?.command.verb {
    case .fireTimer, .retry: true
    default: false
    }
  }

  private func work(of token: Token, _ definition: ProcessDefinition) -> Work? {
    guard token.mode == .compensation else { return definition[token.node].activity?.work }
    switch definition[token.node].kind {
    case .activity(let activity): return activity.compensation?.work
    case .subprocess(let subprocess): return subprocess.compensation?.work
    default: return nil
    }
  }

  /// Whether a token waits for all executions of a node: what each of them needs is asked of the tokens inside.
  private func isLoop(_ token: Token, _ known: Known) -> Bool {
    token.mode == .forward && known.definition[token.node].loop != nil
      && known.instance.scope(token.scope)?.kind != .iteration
  }

  /// An engine never runs more handlers than it may: altogether, and of one name.
  func checkLimits(_ work: WorkKey, _ running: [SimulatedEngine.Work], _ slots: Int) {
    if running.count >= slots { find("\(running.count + 1) handlers run at once, and \(slots) may") }
    guard let name = handler(of: work), let limit = house.handlerLimits[name] else { return }
    let others = running.count { $0.handler == name }
    if others >= limit { find("the handler \(name) runs \(others + 1) times at once, and may \(limit) times") }
  }

  /// The name of the handler that does some work; nil when it is no longer to be done.
  func handler(of work: WorkKey) -> String? {
    guard let known = known[work.instance], let token = known.instance.token(work.token),
      case .handler(let name, _)? = self.work(of: token, known.definition)
    else { return nil }
    return name
  }

  private func isExplained(_ token: Token, _ work: Work, _ unit: UnitOfWork, _ before: ProcessInstance) -> Bool {
    if before.incident(of: token.id)?.kind == .inDoubt, case .retry = unit.command?.command.verb { return true }
    switch work {
    case .script, .call:
      return true
    case .handler:
      return successes.contains(WorkKey(instance: before.id, token: token.id, attempt: token.attempt))
        || isTaskDone(token, before)
    case .external, .user:
      return isTaskDone(token, before)
    }
  }

  /// Whether somebody has reported the success of a token's task, with its number or without one.
  private func isTaskDone(_ token: Token, _ instance: ProcessInstance) -> Bool {
    [token.attempt, nil].contains { fence in
      taskSuccesses.contains(Report(instance: instance.id, token: token.id, fence: fence))
    }
  }
}
