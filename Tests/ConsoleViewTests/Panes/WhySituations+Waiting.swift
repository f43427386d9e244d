import ConsoleCore
import EngineCore

extension WhySituation {
  static let moving: [WhySituation] = [
    WhySituation(
      "a step is ready and waits for room",
      answer: """
        ▶ reserve has been ready since 10:00:00 (3 s)
          It begins as soon as the engine has room for its handler exec.
        """
    ) {
      try order {
        try $0.arrive("reserve", from: "begin", as: .ready)
        $0.wait(.seconds(3))
      }
    },
    WhySituation(
      "a step is ready, but the engine does not have its handler", engine: .alive(handlers: ["log"]),
      answer: """
        ◷ reserve waits for an engine that has the handler exec
          The engine of this store does not have it. It has been ready since 10:00:00 (3
          s).
          B  ends the instance; there is nothing to undo
        """
    ) {
      try order {
        try $0.arrive("reserve", from: "begin", as: .ready)
        $0.wait(.seconds(3))
      }
    },
    WhySituation(
      "a step is ready again after its engine died",
      answer: """
        ▶ reserve has been ready since 10:00:00 (0 s)
          Its engine died during attempt 1. Whether that attempt took effect is not
          known.
          It begins as soon as the engine has room for its handler exec.
        """
    ) {
      try order {
        let token = try $0.arrive("reserve", from: "begin", as: .executing)
        try $0.emit(.tokenReady(token: token, cause: .recovery))
      }
    },
    WhySituation(
      "a step is at work in its second attempt",
      answer: """
        ▶ charge has been running for 10 s, attempt 2 of 3
          The handler exec is at work.
          It times out in 20 s.
        """
    ) {
      try order {
        let charge = try $0.arrive("charge", as: .executing)
        try $0.fail(charge)
        let timer = try $0.pause(charge, for: .seconds(4))
        $0.wait(.seconds(4))
        try $0.tryAgain(charge, timer)
        $0.wait(.seconds(10))
      }
    },
    WhySituation(
      "a step was at work when its engine went away", engine: .none,
      answer: """
        ! No engine is running on this store
          Nothing advances until one starts: sagatop serve, or sagatop --engine.

        ◷ charge was running when its engine went away, attempt 1 of 3
          Whether it takes effect is not known. The next engine tries it again.
        """
    ) {
      try order {
        try $0.arrive("charge", as: .executing)
        $0.wait(.seconds(90))
      }
    },
  ]

  static let waiting: [WhySituation] = [
    WhySituation(
      "a timer has yet to fall due",
      answer: """
        ◷ cool waits for its time: 10:00:20, in 15 s
          It has waited since 10:00:00 (5 s).
          F  fires the timer now
        """
    ) {
      try parallel {
        try coolDown(&$0)
        $0.wait(.seconds(5))
      }
    },
    WhySituation(
      "a timer is overdue because no engine runs", engine: .none,
      answer: """
        ! No engine is running on this store
          Nothing advances until one starts: sagatop serve, or sagatop --engine.

        ◷ cool waits for its time: 10:00:20, 1 min late
          It has waited since 10:00:00 (1 min 20 s).
          It is overdue and fires when an engine starts.
          F  fires the timer now
        """
    ) {
      try parallel {
        try coolDown(&$0)
        $0.wait(.seconds(80))
      }
    },
    WhySituation(
      "a step waits for its next attempt",
      answer: """
        ◷ charge failed and tries again in 3 s
          Attempt 1 of 3 failed: exit 1: card declined.
          F  tries again now
          K  counts it as done
          B  undoes reserve
          standard error of attempt 1:
          │ 402 card declined
        """
    ) {
      try order {
        try $0.run("reserve")
        let charge = try $0.arrive("charge", as: .executing)
        $0.wait(.seconds(1))
        try $0.fail(charge, output: "402 card declined")
        try $0.pause(charge, for: .seconds(4))
        $0.wait(.seconds(1))
      }
    },
    WhySituation(
      "a person has a task, and a timeout watches it",
      answer: """
        ◷ approve waits for ada or grace, since 10:00:00 (30 min)
          It should be done in 1 h 30 min.
          A timeout starts remind in 30 min.
          T  completes the task
          K  counts it as done
        """
    ) {
      try parallel {
        let approve = try $0.arrive("approve")
        let timer = TimerID($0.instance.nextID)
        let start = $0.now
        try $0.emit(
          .timerScheduled(
            timer: timer, token: approve, kind: .boundary(try $0.node("remind")), due: start + .seconds(3600)),
          .userTaskCreated(
            token: approve, assignee: nil, candidates: ["ada", "grace"], due: start + .seconds(7200)),
          .tokenWaiting(token: approve, reason: .userTask))
        $0.wait(.seconds(1800))
      }
    },
    WhySituation(
      "a task has an assignee and is late",
      answer: """
        ◷ approve waits for ada, since 10:00:00 (2 min)
          It should be done by now: 1 min late.
          T  completes the task
          K  counts it as done
        """
    ) {
      try parallel {
        let approve = try $0.arrive("approve")
        try $0.emit(
          .userTaskCreated(token: approve, assignee: "ada", candidates: [], due: $0.now + .seconds(60)),
          .tokenWaiting(token: approve, reason: .userTask))
        $0.wait(.seconds(120))
      }
    },
    WhySituation(
      "no worker has come for an external task",
      answer: """
        ◷ payment waits for a worker of topic payment, since 10:00:00 (0 s)
          No worker has taken it yet.
          A worker is started with: sagatop worker payment -- COMMAND
          T  completes the task
          K  counts it as done
        """
    ) {
      try parallel { _ = try payment(&$0) }
    },
    WhySituation(
      "a worker holds an external task",
      answer: """
        ▶ payment is locked by worker pay-1, attempt 1 of 3
          Its lease ends in 18 s; then another worker can take it.
          T  completes the task
          K  counts it as done
        """
    ) {
      try parallel {
        let token = try payment(&$0)
        try $0.emit(
          .externalTaskLocked(token: token, worker: "pay-1", attempt: 1, until: $0.now + .seconds(30)))
        $0.wait(.seconds(12))
      }
    },
    WhySituation(
      "the lease of a worker has ended",
      answer: """
        ◷ payment waits for a worker of topic payment, since 10:00:00 (45 s)
          The lease of worker pay-1 ended at 10:00:30: any worker can take it.
          A worker is started with: sagatop worker payment -- COMMAND
          T  completes the task
          K  counts it as done
        """
    ) {
      try parallel {
        let token = try payment(&$0)
        try $0.emit(
          .externalTaskLocked(token: token, worker: "pay-1", attempt: 1, until: $0.now + .seconds(30)))
        $0.wait(.seconds(45))
      }
    },
    WhySituation(
      "a subprocess waits for what is inside it",
      answer: """
        ◷ pick waits for the steps inside it, since 10:00:00 (2 s)
          Inside: look.
          K  ends the steps inside and counts it as done

        ▶ look has been running for 2 s
          The handler exec is at work.
        """
    ) {
      var nested = InstanceFixture(FixtureDefinitions.nested)
      try nested.begin()
      let pick = try nested.arrive("pick", from: "begin")
      let scope = ScopeID(nested.instance.nextID)
      try nested.emit(
        .scopeEntered(scope: scope, node: try nested.node("pick"), parent: .root, token: pick, kind: .subprocess),
        .tokenWaiting(token: pick, reason: .scope(scope)))
      try nested.arrive("look", as: .executing, in: scope)
      nested.wait(.seconds(2))
      return nested
    },
  ]

  static let joining: [WhySituation] = [
    WhySituation(
      "a join waits for a branch that is on its way",
      answer: """
        ◷ merge waits for the branch from payment
          It has waited since 10:00:00 (5 s).
          Token 4 can bring it: it is at payment, waiting.

        ▶ payment is locked by worker pay-1, attempt 1 of 3
          Its lease ends in 25 s; then another worker can take it.
          T  completes the task
          K  counts it as done
        """
    ) {
      try parallel {
        try join(&$0)
        let token = try payment(&$0)
        try $0.emit(
          .externalTaskLocked(token: token, worker: "pay-1", attempt: 1, until: $0.now + .seconds(30)))
        $0.wait(.seconds(5))
      }
    },
    WhySituation(
      "a join waits for a branch that has failed",
      answer: """
        ✗ payment failed: NO_FUNDS: the account is empty
          Stuck since 10:00:00 (0 s).
          R  tries again
          K  counts it as done
          B  ends the instance; there is nothing to undo

        ◷ merge waits for the branch from payment
          It has waited since 10:00:00 (0 s).
          payment has failed: the join goes on once that is solved.
        """
    ) {
      try parallel {
        try join(&$0)
        let token = try payment(&$0)
        try $0.fail(token, "NO_FUNDS", "the account is empty")
        try $0.raiseIncident(token, .workFailed, "NO_FUNDS", "the account is empty")
      }
    },
    WhySituation(
      "a join waits for a branch that nobody can bring",
      answer: """
        ✗ merge waits for the branch from payment
          It has waited since 10:00:00 (5 s).
          No live token can bring the branch from payment: the join waits for ever.
          B  ends the instance; there is nothing to undo
          C  ends the instance without undoing anything
        """
    ) {
      try parallel {
        try join(&$0)
        $0.wait(.seconds(5))
      }
    },
  ]

  @discardableResult
  private static func coolDown(_ story: inout InstanceFixture) throws -> TokenID {
    let cool = try story.arrive("cool", from: "both")
    let timer = TimerID(story.instance.nextID)
    try story.emit(
      .timerScheduled(timer: timer, token: cool, kind: .delay, due: story.now + .seconds(20)),
      .tokenWaiting(token: cool, reason: .timer(timer)))
    return cool
  }

  private static func payment(_ story: inout InstanceFixture) throws -> TokenID {
    let token = try story.arrive("payment", from: "both")
    try story.emit(
      .externalTaskCreated(token: token, topic: "payment"), .tokenWaiting(token: token, reason: .externalTask))
    return token
  }

  private static func join(_ story: inout InstanceFixture) throws {
    let merge = try story.arrive("merge", from: "cool")
    try story.emit(.tokenWaiting(token: merge, reason: .join))
  }
}
