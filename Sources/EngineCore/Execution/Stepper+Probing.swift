/// Steps in doubt: compensation has to know whether they happened.
extension Stepper {
  mutating func startProbe(of token: Token) throws(Rejection) {
    try closeWatches(of: token.id)
    if let incident = instance.incident(of: token.id) { try emit(.incidentResolved(incident: incident.id)) }
    try emit(.probeStarted(token: token.id, node: token.node))
    created.append(token.id)
  }

  /// Executes the probe of a token that is ready.
  mutating func beginProbe(_ token: Token) throws(Rejection) {
    guard let assignment = assignment(of: token) else { return }
    try begin(assignment, for: token)
  }

  /// A probe answers: `true` or `false`, or the same in a member `happened`. Anything else leaves the doubt to a
  /// person.
  mutating func takeAnswer(_ outcome: WorkOutcome, about token: Token) throws(Rejection) {
    switch outcome {
    case .completed(let result):
      switch result.tellsThatItHappened {
      case true?: try takeAsDone(token)
      case false?: try end(token, with: .tokenTerminated(token: token.id, node: token.node))
      case nil: try park(token, because: "its probe answered neither true nor false")
      }
    case .businessError(let code, let message):
      try park(token, because: "its probe ended with \(code): \(message)")
    case .failed(let failure):
      try emit(
        .tokenFailed(token: token.id, node: token.node, attempt: token.attempt, failure: failure, counts: false))
      try park(token, because: "its probe failed with \(failure.code): \(failure.message)")
    case .cancelled:
      try park(token, because: "its probe stopped before it knew")
    case .waiting(let reference, let limit):
      try handOver(token, as: reference, limit: limit)
    }
  }

  /// An operator says whether the step happened.
  mutating func park(_ token: Token, because reason: String?) throws(Rejection) {
    if let incident = instance.incident(of: token.id) {
      try emit(.incidentResolved(incident: incident.id))
      try emit(.tokenReady(token: token.id, cause: .operatorRetry))
    }
    try closeWatches(of: token.id)
    let node = definition[token.node].id
    var message = "nobody knows whether \(node) happened: retry undoes it, skip takes it as not done"
    if let reason { message = "\(reason); " + message }
    try raiseIncident(.inDoubt, for: token.id, code: "IN_DOUBT", message: message)
  }

  /// A step in doubt happened: it is recorded, and so will be undone, with the outputs that somebody knows.
  mutating func takeAsDone(_ token: Token, outputs: Context = Context()) throws(Rejection) {
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    try assign(outputs, from: token.scope)
    try record(token)
  }
}

extension Value {
  /// What a probe answers; nil where it is neither yes nor no.
  var tellsThatItHappened: Bool? { booleanValue ?? self["happened"]?.booleanValue }
}
