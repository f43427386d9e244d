import EngineCore

/// Identities, attempts and epochs.
extension HistoryRules {
  mutating func noteTokens(_ event: ProcessEvent, _ instance: ProcessInstance) {
    switch event {
    case .tokenArrived(let arrival):
      checkFresh("token", arrival.token.rawValue, instance)
      if arrival.state == .executing { noteEpoch(arrival.epoch, of: arrival.token) }
      if arrival.scope != .root, instance.scope(arrival.scope) == nil {
        find("token \(arrival.token) came into subprocess \(arrival.scope), which is not open")
      }
    case .tokenClaimed(let id, let attempt, let epoch):
      noteEpoch(epoch, of: id)
      if let token = instance.token(id), attempt != token.attempt + 1 {
        find("token \(id) was begun as attempt \(attempt) after attempt \(token.attempt)")
      }
    case .externalTaskLocked(let id, let worker, let attempt, _):
      guard let token = instance.token(id) else { return }
      let isExtension =
        attempt == token.attempt && instance.externalTasks.contains { $0.token == id && $0.worker == worker }
      if attempt != token.attempt + 1, !isExtension {
        find("the task of token \(id) was locked with number \(attempt) after number \(token.attempt)")
      }
    case .subscriptionOpened(let subscription): checkFresh("subscription", subscription.id.rawValue, instance)
    case .timerScheduled(let timer, _, _, _): checkFresh("timer", timer.rawValue, instance)
    case .scopeEntered(let scope, _, _, _, _): checkFresh("subprocess", scope.rawValue, instance)
    case .incidentRaised(let incident, _, _, _, _): checkFresh("incident", incident.rawValue, instance)
    case .sagaStarted(let run, _, _, _, _, _): checkFresh("compensation run", run.rawValue, instance)
    case .compensationTokenCreated(let token, _, _, _, _): checkFresh("token", token.rawValue, instance)
    case .attemptNoted(let token, let attempt, _): unit.noted.append((token, attempt))
    case .outcomesReplayed:
      unit.replayed += instance.deferred.compactMap { outcome in
        outcome.token.flatMap { instance.token($0) }.map {
          UnitAccount.Replayed(token: $0.id, state: $0.state, wait: $0.wait, attempt: $0.attempt)
        }
      }
    default: break
    }
  }

  private mutating func checkFresh(_ what: String, _ number: Int64, _ instance: ProcessInstance) {
    if number < instance.nextID { find("the number of \(what) \(number) was given out before") }
  }

  private mutating func noteEpoch(_ epoch: Int64, of token: TokenID) {
    if epoch < highestEpoch { find("token \(token) was begun under epoch \(epoch) after epoch \(highestEpoch)") }
    highestEpoch = max(highestEpoch, epoch)
  }
}
