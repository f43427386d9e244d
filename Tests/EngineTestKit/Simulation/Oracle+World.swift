import EngineCore
import EngineRuntime

/// Events held against what the world outside has really done.
extension Oracle {
  func check(_ entry: HistoryEntry, _ unit: UnitOfWork, _ known: Known, _ before: ProcessInstance, _ lease: Lease) {
    let instance = known.instance
    switch entry.event {
    case .tokenCompleted(let id, let node, _):
      guard let token = instance.token(id), let work = work(of: token, known.definition) else { return }
      if !isExplained(token, work, unit, before) {
        find("instance \(instance.id): \(known.definition[node].id) completed, but nobody said so")
      }
    case .tokenArrived(let arrival) where arrival.state == .executing:
      checkEpoch(arrival.epoch, lease, instance.id)
    case .tokenClaimed(_, _, let epoch):
      checkEpoch(epoch, lease, instance.id)
    case .timerFired(let id):
      guard let timer = instance.timer(id), timer.due > entry.at, !mayFireEarly(unit) else { return }
      find("instance \(instance.id): timer \(id) fired before it was due")
    case .externalTaskLocked(let id, let worker, _, _):
      guard let task = instance.externalTasks.first(where: { $0.token == id }) else { return }
      if task.availableAt > entry.at, task.worker != worker {
        find("instance \(instance.id): the task of token \(id) was given away while it was locked")
      }
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

  private func isExplained(_ token: Token, _ work: Work, _ unit: UnitOfWork, _ before: ProcessInstance) -> Bool {
    if before.incident(of: token.id)?.kind == .inDoubt, case .retry = unit.command?.command.verb { return true }
    switch work {
    case .script, .call:
      return true
    case .handler:
      return successes.contains(WorkKey(instance: before.id, token: token.id, attempt: token.attempt))
    case .external, .user:
      let fence: Int? = if case .external = work { token.attempt } else { nil }
      return taskSuccesses.contains(Report(instance: before.id, token: token.id, fence: fence))
        || taskSuccesses.contains(Report(instance: before.id, token: token.id, fence: nil))
    }
  }
}
