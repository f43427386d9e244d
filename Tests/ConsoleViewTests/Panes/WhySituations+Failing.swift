import ConsoleCore
import EngineCore

extension WhySituation {
  static let failing: [WhySituation] = [
    WhySituation(
      "a step has failed three times",
      answer: """
        ✗ charge failed 3 times: exit 1: card declined
          Stuck since 10:00:18 (5 min).
          R  tries again
          K  counts it as done
          B  undoes pack, then reserve
          standard error of attempt 3:
          │ POST https://pay
          │ attempt 3
          │ 402 card declined
        """
    ) { try Stories.stuckOrder() },
    WhySituation(
      "a step has failed and left a long standard error",
      answer: """
        ✗ ship failed: exit 9
          Stuck since 10:00:00 (0 s).
          R  tries again
          K  counts it as done
          B  ends the instance; there is nothing to undo
          standard error of attempt 1, the last 8 of 20 lines (all in events):
          │ line 13
          │ line 14
          │ line 15
          │ line 16
          │ line 17
          │ line 18
          │ line 19
          │ line 20
        """
    ) {
      try order {
        let token = try $0.arrive("ship", as: .executing)
        try $0.fail(token, "exit 9", "exit 9", output: (1...20).map { "line \($0)\n" }.joined())
        try $0.raiseIncident(token, .workFailed, "exit 9", "exit 9")
      }
    },
    WhySituation(
      "an expression could not be evaluated",
      answer: """
        ✗ charge could not be evaluated: amount is null, a number is needed
          Stuck since 10:00:00 (0 s).
          E  changes variables first
          R  tries again
          K  counts it as done
          B  ends the instance; there is nothing to undo
        """
    ) {
      try order {
        let token = try $0.arrive("charge")
        try $0.raiseIncident(token, .expressionFailed, "EXPRESSION", "amount is null, a number is needed")
      }
    },
    WhySituation(
      "the engine died too often during a step",
      answer: """
        ✗ charge was stopped: the engine died 5 times while it ran
          Stuck since 10:00:00 (0 s).
          Whether an attempt took effect is not known.
          R  tries again
          K  counts it as done
          B  ends the instance; there is nothing to undo
        """
    ) {
      try order {
        let token = try $0.arrive("charge", as: .executing)
        for crash in 1...5 {
          try $0.emit(.tokenReady(token: token, cause: .recovery))
          if crash < 5 { try $0.emit(.tokenClaimed(token: token, attempt: crash + 1, epoch: Int64(crash + 1))) }
        }
        try $0.raiseIncident(token, .crashLoop, "CRASH_LOOP", "the engine died 5 times while charge was executing")
      }
    },
  ]

  static let undoing: [WhySituation] = [
    WhySituation(
      "compensation waits for a handler to stop",
      answer: """
        ! Compensation of this instance waits for forward work to stop
          Running handlers were asked to stop; their time is over in 6 s.
          It was started because of exit 2: out of stock.
          Still to undo, in this order: reserve.

        ▶ charge has been running for 4 s, attempt 1 of 3
          The handler exec is at work.
          It was asked to stop, because compensation has begun.
          It times out in 26 s.
        """
    ) {
      try order {
        try $0.run("reserve")
        try $0.arrive("charge", as: .executing)
        let run = try startRun(&$0, "exit 2", "out of stock")
        try $0.emit(
          .timerScheduled(
            timer: TimerID($0.instance.nextID), token: TokenID(0), kind: .grace(run), due: $0.now + .seconds(10)))
        $0.wait(.seconds(4))
      }
    },
    WhySituation(
      "a step is in doubt",
      answer: """
        ! Compensation of this instance waits for forward work to stop
          It was started by an operator.
          Still to undo, in this order: reserve.

        ✗ charge is in doubt: nobody knows whether it happened
          Compensation waits for the answer. Look it up outside.
          R  it happened: it is undone like the others
          K  it did not happen: nothing is undone
        """
    ) {
      try order {
        try $0.run("reserve")
        let charge = try $0.arrive("charge", as: .executing)
        try $0.emit(.tokenReady(token: charge, cause: .recovery))
        _ = try startRun(&$0, "OPERATOR", "")
        try $0.raiseIncident(charge, .inDoubt, "IN_DOUBT", "nobody knows whether charge happened")
      }
    },
    WhySituation(
      "a step is being undone",
      answer: """
        ! The completed steps of this instance are being undone
          It was started because of exit 2: out of stock.
          Still to undo, in this order: reserve.

        ▶ undoing pack has been running for 2 s
          The handler exec is at work.
        """
    ) {
      try order {
        try $0.run("reserve")
        try $0.run("pack")
        let run = try startRun(&$0, "exit 2", "out of stock")
        try $0.emit(.sagaPhaseChanged(run: run, phase: .running))
        _ = try $0.undoNext(run)
        $0.wait(.seconds(2))
      }
    },
    WhySituation(
      "a step could not be undone",
      answer: """
        ✗ Compensation of this instance has halted: a step could not be undone
          It was started by an operator: customer asked.
          Still to undo, in this order: reserve.

        ✗ undoing pack failed: exit 1: shelf is locked
          Stuck since 10:05:19 (1 min).
          R  tries to undo it again
          K  counts it as undone and goes on
          standard error of attempt 1:
          │ shelf 4 is locked
        """
    ) { try Stories.haltedCompensation() },
  ]

  static let whole: [WhySituation] = [
    WhySituation(
      "the instance is paused and a result has come in",
      answer: """
        ! Paused since 10:00:00 (1 min), by ada: stock count
          Nothing advances. Timers keep their time and fire on resume.
          1 result has come in meanwhile and waits for resume.
          P  resumes it

        ◷ reserve is over; its result takes effect on resume
        """
    ) {
      try order {
        let token = try $0.arrive("reserve", as: .executing)
        try $0.emit(.processSuspended(byDefinition: false))
        $0.commands = [command("suspend", at: $0.now, reason: "stock count")]
        $0.wait(.seconds(60))
        try $0.emit(.outcomeDeferred(token: token, outcome: .completed(result: .null)))
      }
    },
    WhySituation(
      "a rule of the engine was broken",
      answer: """
        ! The engine stopped this instance because a rule was broken
          token 3 was finalized twice.
          Nothing else moves it.
          C  ends it

        ▶ reserve has been running for 0 s
          The handler exec is at work.
        """
    ) {
      try order {
        try $0.arrive("reserve", as: .executing)
        try $0.emit(.processCorrupted(reason: "token 3 was finalized twice"))
      }
    },
    WhySituation(
      "an operator cancels it, and a handler has yet to stop",
      answer: """
        ! Being cancelled since 10:00:00 (4 s)
          It ends when its running handlers have stopped. Nothing is undone, and nothing
          else begins.
          Their time is over in 6 s.

        ▶ reserve has been running for 4 s
          The handler exec is at work.
          It was asked to stop, because the instance is being cancelled.
        """
    ) {
      try order {
        try $0.arrive("reserve", as: .executing)
        try $0.emit(.cancellationStarted)
        try $0.emit(
          .timerScheduled(
            timer: TimerID($0.instance.nextID), token: .none, kind: .grace(.none), due: $0.now + .seconds(10)))
        $0.wait(.seconds(4))
      }
    },
  ]

  static let ended: [WhySituation] = [
    WhySituation(
      "the instance has completed and can still be undone",
      answer: """
        • Completed at 10:00:04, after 4 s
          B  undoes charge, pack, then reserve
          D  deletes it with its history
        """
    ) {
      try order {
        for step in ["reserve", "pack", "charge", "ship"] { try $0.run(step) }
        try $0.run("done", for: .zero)
        try $0.emit(.processCompleted)
        $0.wait(.seconds(3600))
      }
    },
    WhySituation(
      "the instance was compensated, one step was skipped",
      answer: """
        • Compensated at 10:00:02, after 2 s
          Compensation was started because of exit 2: out of stock.
          Undone: reserve.
          Skipped, so not undone: pack.
          D  deletes it with its history
        """
    ) {
      try order {
        try $0.run("reserve")
        try $0.run("pack")
        let run = try startRun(&$0, "exit 2", "out of stock")
        try $0.emit(.sagaPhaseChanged(run: run, phase: .running))
        let pack = try $0.undoNext(run)
        try $0.fail(pack)
        try $0.raiseIncident(pack, .compensationFailed)
        guard let live = $0.instance.token(pack), let reference = live.compensates,
          let incident = $0.instance.incident(of: pack)
        else { return }
        try $0.emit(
          .incidentResolved(incident: incident.id),
          .tokenSkipped(token: pack, node: live.node, mode: .compensation),
          .compensationSkipped(run: run, record: reference.record, token: pack))
        try $0.complete(try $0.undoNext(run))
        try $0.emit(.sagaCompleted(run: run), .processCompensated)
      }
    },
    WhySituation(
      "an operator cancelled the instance",
      answer: """
        • Cancelled at 10:00:05, after 5 s
          It was cancelled by ada: ordered twice.
          D  deletes it with its history
        """
    ) {
      try order {
        let token = try $0.arrive("reserve", as: .executing)
        $0.wait(.seconds(5))
        try $0.emit(.tokenTerminated(token: token, node: try $0.node("reserve")), .processCancelled)
        $0.commands = [command("cancel", at: $0.now, reason: "ordered twice")]
      }
    },
    WhySituation(
      "an error that nothing caught ended the instance",
      answer: """
        • Failed at 10:00:00, after 0 s
          It ended with error REJECTED, which nothing caught.
          D  deletes it with its history
        """
    ) {
      try order { try $0.emit(.processFailed(code: "REJECTED")) }
    },
  ]

  private static func startRun(
    _ story: inout InstanceFixture, _ code: String, _ message: String
  ) throws -> RunID {
    let run = RunID(story.instance.nextID)
    try story.emit(.sagaStarted(run: run, target: .root, code: code, message: message, then: .endInstance))
    return run
  }

  private static func command(_ verb: String, at instant: Timestamp, reason: String?) -> AuditRow {
    AuditRow(
      id: 1, issuedAt: instant, decidedAt: instant, verb: verb, instance: InstanceID(7),
      issuer: Issuer(user: "ada", host: "pluto", source: "console"), reason: reason, outcome: "done",
      versionBefore: 3, versionAfter: 4)
  }
}
