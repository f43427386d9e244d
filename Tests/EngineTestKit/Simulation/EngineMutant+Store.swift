import EngineCore
import EngineRuntime

/// Mutants that sit between the loop and its store.
extension EngineMutant {
  /// Puts the mutant between the loop and its store.
  func prepare(_ store: FaultyStore, _ engine: SimulatedEngine) {
    switch self {
    case .startsAHandlerBeforeTheCommit: store.aboutToCommit = { [unowned engine] in Self.begin($0, engine) }
    case .publishesOutOfOrder: store.seenOutbox = { $0.suffix(1) + $0.dropLast() }
    case .deletesTooEarly:
      store.seenEnds = { ends in
        ends.map { EndPosition(endedAt: $0.endedAt + .seconds(-600), instance: $0.instance) }
      }
    case .keepsAReceivedMessage: store.rewritten = Self.keepingMessages
    case .skipsAJoinCount, .compensatesTwice, .cancelsWithoutWaiting, .losesATimer, .forgetsAFence, .takesALateReport,
      .undoesInTheWrongOrder, .dropsADeferredOutcome, .reusesAStaleEpoch, .forgetsToDeleteAWait, .losesARecord,
      .advancesASuspendedInstance, .sendsATokenTwice, .repeatsAnAttempt, .losesAReadyToken, .forgetsAHandlerLimit:
      break
    }
  }

  private static func begin(_ writes: [StoreWrite], _ engine: SimulatedEngine) {
    for unit in writes.flatMap(\.units) {
      for token in unit.instance.tokens where token.state == .executing && unit.changes.tokens.mentions(token.id) {
        let work = WorkKey(instance: unit.instance.id, token: token.id, attempt: token.attempt)
        let context = ActivityContext(
          instance: unit.instance.id, process: "", node: "", attempt: token.attempt, idempotencyKey: "",
          epoch: token.epoch)
        _ = engine.began(work, context)
      }
    }
  }

  private static func keepingMessages(_ write: StoreWrite) -> StoreWrite {
    guard case .together(let parts) = write, !write.units.isEmpty else { return write }
    return .together(parts.filter { part in if case .message(.remove, _) = part { false } else { true } })
  }
}

extension ChangeSet.Touched {
  fileprivate func mentions(_ id: ID) -> Bool { inserted.contains(id) || updated.contains(id) }
}
