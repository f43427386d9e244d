extension EventDescriber {
  func timerSentence(for entry: HistoryEntry) -> String {
    switch entry.event {
    case .timerScheduled(_, let token, let kind, let due):
      let left = max(due - entry.at, .zero).spoken
      return switch kind {
      case .delay: "\(name(of: token)) goes on \(due <= entry.at ? "at once" : "in \(left)")"
      case .retry: "\(name(of: token)) tries again in \(left)"
      case .boundary(let event): "\(name(of: event)) goes off in \(left) unless \(name(of: token)) is done"
      case .branch(let event): "\(name(of: event)) happens in \(left) unless another event comes first"
      case .eventStart(let event): "event subprocess \(name(of: event)) starts in \(left)"
      case .grace: "running handlers have \(left) to stop"
      case .workLimit: "\(work(of: token)) must be completed within \(left)"
      }
    case .timerFired(let timer): return "\(title(of: timer)) fired"
    case .timerCancelled(let timer): return "\(title(of: timer)) was cancelled"
    case .timerRescheduled(let timer, let due):
      let when = due <= entry.at ? "now" : "in \((due - entry.at).spoken)"
      return "\(title(of: timer)) was given another time: it is due \(when)"
    case .timerRepeats(let timer, _, let left):
      let count = left.map { $0 == 1 ? "for the last time" : "another \($0) times" } ?? "again and again"
      return "\(title(of: timer)) goes off \(count)"
    default: return entry.event.typeName
    }
  }

  private func title(of timer: TimerID) -> String {
    guard let known = timers[timer] else { return "timer \(timer)" }
    return switch known.kind {
    case .delay: "the timer of \(name(of: known.token))"
    case .retry: "the retry timer of \(name(of: known.token))"
    case .boundary(let event), .branch(let event), .eventStart(let event): "the timer of \(name(of: event))"
    case .grace: "the timer for running handlers to stop"
    case .workLimit: "the time limit of \(work(of: known.token))"
    }
  }

  func taskSentence(for entry: HistoryEntry) -> String {
    switch entry.event {
    case .userTaskCreated(let token, let assignee, let candidates, let due):
      let who = assignee ?? (candidates.isEmpty ? "anyone" : "one of \(Self.names(candidates))")
      let when = due.map { ", due in \(($0 - entry.at).spoken)" } ?? ""
      return "\(name(of: token)) is a task for \(who)\(when)"
    case .userTaskCompleted(let token): return "the task \(name(of: token)) was completed"
    case .externalTaskCreated(let token, let topic):
      return "\(name(of: token)) is a task for workers of topic \(topic)"
    case .externalTaskLocked(let token, let worker, let attempt, let until):
      let lease = (until - entry.at).spoken
      if tokens[token]?.attempt == attempt { return "worker \(worker) keeps \(name(of: token)) for another \(lease)" }
      return "worker \(worker) took \(name(of: token)) for \(lease), attempt \(attempt)"
    case .externalTaskReleased(let token): return "the task \(name(of: token)) is free for another worker"
    case .externalTaskCompleted(let token): return "a worker completed \(name(of: token))"
    case .externalTaskFailed(let token):
      return handedOver.contains(token)
        ? "nobody is waited for any more who would complete \(work(of: token))"
        : "the task \(name(of: token)) was taken back from its worker"
    case .workHandedOver(let token, let holder, let reference):
      let place = reference.isEmpty ? "" : " as \(reference)"
      return "\(holder) has begun \(work(of: token)), which goes on elsewhere\(place)"
    default: return entry.event.typeName
    }
  }

  func compensationSentence(for event: ProcessEvent) -> String {
    switch event {
    case .compensationRecorded(let node, _, _, _, _, _): "\(name(of: node)) can be undone from now on"
    case .sagaStarted(_, _, _, let message, .resume, _), .sagaStarted(_, _, _, let message, .cancelTransaction, _):
      message
    case .sagaStarted(_, let target, let code, let message, _, _):
      "compensation of \(target == .root ? "the instance" : name(of: target)) started "
        + ErrorText.cause(code: code, message: message)
    case .sagaPhaseChanged(let run, let phase):
      switch phase {
      case .draining: "compensation waits for running handlers to stop"
      case .running:
        halted.contains(run) ? "compensation goes on" : "forward work has come to rest; steps are undone now"
      case .halted: "compensation halted: an operator has to move it"
      }
    case .compensationTokenCreated(_, _, _, let node, _): "\(name(of: node)) is the next step to undo"
    case .compensationCompleted(_, let record, _, _): "\(name(of: record)) was undone"
    case .compensationSkipped(_, let record, _): "\(name(of: record)) counts as undone: it was skipped"
    case .compensationFailed(_, let record, _): "\(name(of: record)) could not be undone"
    case .sagaCompleted: "compensation is over"
    case .sagaAbandoned: "compensation was given up before it was over"
    case .sagaAbsorbed: "a wider compensation took over"
    case .probeStarted(_, let node): "a probe finds out whether \(name(of: node)) happened"
    case .lineageGathered(let token, _): "what \(name(of: token)) did inside comes before what follows it"
    case .recordsHandedOver(let source, let target):
      scopes[target].map { "\(name(of: $0)) answers for the steps that it can undo" }
        ?? "the steps of \(name(of: source)) are kept for its own compensation"
    default: event.typeName
    }
  }
}
