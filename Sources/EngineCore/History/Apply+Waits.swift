extension ProcessInstance {
  mutating func applyToWaits(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .timerScheduled(let timer, let token, let kind, let due):
      timers.append(Timer(id: timer, token: token, kind: kind, due: due))
      use(timer.rawValue)
      changes.timers.insert(timer)
    case .timerFired(let timer), .timerCancelled(let timer):
      timers.remove(at: try indexOfTimer(timer))
      changes.timers.delete(timer)
    case .timerRescheduled(let timer, let due):
      timers[try indexOfTimer(timer)].due = due
      changes.timers.update(timer)
    case .timerRepeats(let timer, let anchor, let left):
      let index = try indexOfTimer(timer)
      timers[index].cycle = CycleProgress(anchor: anchor, planned: timers[index].due, left: left)
      changes.timers.update(timer)
    case .userTaskCreated(let token, let assignee, let candidates, let due):
      let task = UserTask(token: token, assignee: assignee, candidates: candidates, due: due, createdAt: entry.at)
      // A token that is tried again comes back among those that came after it.
      userTasks.insert(task, at: userTasks.firstIndex { $0.token > token } ?? userTasks.endIndex)
      changes.userTasks.insert(token)
    case .userTaskCompleted(let token):
      guard let index = userTasks.firstIndex(where: { $0.token == token }) else { throw noTask(token) }
      userTasks.remove(at: index)
      changes.userTasks.delete(token)
    case .externalTaskCreated(let token, let topic):
      let task = ExternalTask(token: token, topic: topic, createdAt: entry.at)
      externalTasks.insert(task, at: externalTasks.firstIndex { $0.token > token } ?? externalTasks.endIndex)
      changes.externalTasks.insert(token)
    case .externalTaskLocked(let token, let worker, let attempt, let until):
      let index = try indexOfExternalTask(token)
      guard let position = tokens.position(of: token) else { throw unknown(token) }
      externalTasks[index].worker = worker
      externalTasks[index].availableAt = until
      externalTasks[index].reference = nil
      tokens[position].attempt = attempt
      changes.externalTasks.update(token)
      changes.tokens.update(token)
    case .externalTaskReleased(let token):
      let index = try indexOfExternalTask(token)
      externalTasks[index].worker = nil
      externalTasks[index].availableAt = entry.at
      externalTasks[index].reference = nil
      changes.externalTasks.update(token)
    case .externalTaskCompleted(let token), .externalTaskFailed(let token):
      externalTasks.remove(at: try indexOfExternalTask(token))
      changes.externalTasks.delete(token)
    case .workHandedOver(let token, let holder, let reference):
      let index: Int
      if let known = externalTasks.firstIndex(where: { $0.token == token }) {
        index = known
        changes.externalTasks.update(token)
      } else {
        index = externalTasks.firstIndex { $0.token > token } ?? externalTasks.endIndex
        externalTasks.insert(ExternalTask(token: token, topic: holder, createdAt: entry.at), at: index)
        changes.externalTasks.insert(token)
      }
      externalTasks[index].worker = holder
      externalTasks[index].availableAt = .distantFuture
      externalTasks[index].reference = reference
    default: break
    }
  }

  private func indexOfTimer(_ timer: TimerID) throws(Rejection) -> Int {
    guard let index = timers.position(of: timer) else {
      throw Rejection(.timerUnknown, "instance \(id) has no pending timer \(timer)")
    }
    return index
  }

  private func indexOfExternalTask(_ token: TokenID) throws(Rejection) -> Int {
    guard let index = externalTasks.firstIndex(where: { $0.token == token }) else { throw noTask(token) }
    return index
  }

  private func noTask(_ token: TokenID) -> Rejection {
    Rejection(.taskUnknown, "instance \(id) has no open task for token \(token)")
  }
}
