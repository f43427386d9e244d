/// Events of a definition that set compensation off (BPMN 2.0, 10.5.5 and 10.3.5).
extension Stepper {
  /// A throw event or an end event undoes completed steps of its own scope: all of them, or those of one activity. Its
  /// token waits until that is done; other branches go on meanwhile. What is recorded later is left alone.
  mutating func throwCompensation(of activity: NodeIndex?, from token: Token) throws(Rejection) {
    let extent = CompensationExtent(through: RecordID(instance.sequence), node: activity, waiter: token.id)
    let run = RunID(instance.nextID)
    let target = compensatedScope(from: token.scope)
    let possible = CompensationRun(id: run, target: target, code: "", message: "", then: .resume, extent: extent)
    guard instance.records.contains(where: { isPending($0, in: possible) }) else {
      try finishNode(token)
      return
    }
    let what = activity.map { definition[$0].id } ?? "what its scope did"
    try emit(
      .sagaStarted(
        run: run, target: target, code: "COMPENSATE", message: "\(definition[token.node].id) undoes \(what)",
        then: .resume, extent: extent))
    try emit(.tokenWaiting(token: token.id, reason: .compensation(run)))
  }

  func isPending(_ record: CompensationRecord, in run: CompensationRun) -> Bool {
    record.state == .pending && instance.includes(record, in: run, of: definition)
  }

  /// A cancel end event: the nearest transaction around it ends its forward work and undoes what it did; then its
  /// cancel boundary event goes off.
  mutating func cancelTransaction(around token: Token) throws(Rejection) {
    let transaction = instance.chain(from: token.scope).first { scope in
      instance.scope(scope).flatMap { definition[$0.node].subprocess }?.isTransaction ?? false
    }
    guard let transaction else { return }
    // One that is executed many times is left by one boundary event: all of it is undone, the other executions too.
    let host = instance.scope(transaction).flatMap { instance.token($0.token) }
    let loop = host.flatMap { isIteration($0) ? instance.scope($0.scope)?.parent : nil }
    try startRun(
      target: loop ?? transaction, code: "CANCEL", message: "\(definition[token.node].id) cancelled the transaction",
      then: .cancelTransaction)
  }

  /// The transaction has been undone.
  mutating func leaveCancelled(_ host: Token) throws(Rejection) {
    for event in definition[host.node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, boundary.trigger == .cancel else { continue }
      try trigger(event, of: host, interrupting: true, code: nil)
      return
    }
    try raiseIncident(
      .workFailed, for: host.id, code: "CANCEL",
      message: "the transaction was cancelled and undone: retry begins it again, skip goes on behind it")
  }
}
