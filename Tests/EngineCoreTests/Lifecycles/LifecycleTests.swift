import EngineCore
import Testing

@Suite("Lifecycles allow what their tables say, and refuse everything else by name")
struct LifecycleTests {
  private static let token = TokenID(1)
  private static let node = LifecycleStage.node
  private static let at = LifecycleStage.at

  private func rows(
    _ stages: [LifecycleStage], _ events: [(String, ProcessEvent)], _ state: (ProcessInstance) -> String
  ) -> String {
    var table = LifecycleTable()
    for (title, event) in events { table.add(title, stages.map { $0.outcome(of: event, state) }) }
    return table.description
  }

  @Test("tokens: created, ready, executing, waiting, failed, completed, terminated")
  func tokens() throws {
    let arrived = LifecycleStage.arrival(1)
    let stages = try [
      LifecycleStage(arrived), LifecycleStage(arrived, .tokenReady(token: Self.token, cause: .noRoom)),
      LifecycleStage(LifecycleStage.arrival(1, .executing)),
      LifecycleStage(arrived, .tokenWaiting(token: Self.token, reason: .userTask)),
      LifecycleStage(arrived, raised(IncidentID(2))),
      LifecycleStage(arrived, .tokenCompleted(token: Self.token, node: Self.node, mode: .forward)),
      LifecycleStage(arrived, .tokenTerminated(token: Self.token, node: Self.node)),
    ]
    let events: [(String, ProcessEvent)] = [
      ("claimed", .tokenClaimed(token: Self.token, attempt: 2, epoch: 1)),
      ("ready", .tokenReady(token: Self.token, cause: .noRoom)),
      ("waiting", .tokenWaiting(token: Self.token, reason: .externalTask)),
      (
        "attempt failed",
        .tokenFailed(
          token: Self.token, node: Self.node, attempt: 1, failure: LifecycleStage.failure, counts: true)
      ),
      ("attempt noted", .attemptNoted(token: Self.token, attempt: 1, text: "careful")),
      ("incident", raised(IncidentID(9))),
      ("completed", .tokenCompleted(token: Self.token, node: Self.node, mode: .forward)),
      ("skipped", .tokenSkipped(token: Self.token, node: Self.node, mode: .forward)),
      ("terminated", .tokenTerminated(token: Self.token, node: Self.node)),
    ]
    let table = rows(stages, events) { $0.tokens.first?.state.name ?? "gone" }
    let no = "tokenInvalidTransition"
    let twice = "tokenFinalizedTwice | tokenFinalizedTwice"
    #expect(
      table == """
        claimed | executing | executing | \(no) | \(no) | \(no) | \(twice)
        ready | ready | \(no) | ready | ready | ready | \(twice)
        waiting | waiting | waiting | waiting | waiting | \(no) | \(twice)
        attempt failed | \(no) | \(no) | executing | waiting | \(no) | \(twice)
        attempt noted | \(no) | \(no) | executing | \(no) | \(no) | \(twice)
        incident | failed | failed | failed | failed | \(no) | \(twice)
        completed | gone | gone | gone | gone | gone | \(twice)
        skipped | gone | gone | gone | gone | gone | \(twice)
        terminated | gone | gone | gone | gone | gone | \(twice)
        """)
  }

  @Test("a token that never was is unknown, its number is given out once, and attempts never go back")
  func tokenIdentity() throws {
    let stage = try LifecycleStage(LifecycleStage.arrival(1, .executing), .tokenReady(token: Self.token, cause: .retry))
    #expect(stage.outcome(of: .tokenReady(token: TokenID(7), cause: .retry)) { _ in "" } == "tokenUnknown")
    #expect(stage.outcome(of: LifecycleStage.arrival(1)) { _ in "" } == "identifierReused")
    #expect(
      stage.outcome(of: .tokenClaimed(token: Self.token, attempt: 0, epoch: 1)) { _ in "" }
        == "tokenInvalidTransition")
    #expect(stage.outcome(of: LifecycleStage.arrival(2, scope: ScopeID(9))) { _ in "" } == "scopeUnknown")
  }

  private func raised(_ incident: IncidentID) -> ProcessEvent {
    .incidentRaised(incident: incident, token: Self.token, kind: .workFailed, code: "E", message: "m")
  }

  @Test("instances: running, compensating, cancelling, completed, compensated, cancelled, terminated, failed")
  func instances() throws {
    let saga = ProcessEvent.sagaStarted(
      run: RunID(1), target: .root, code: "E", message: "m", then: .endInstance)
    let stages = try [
      LifecycleStage(), LifecycleStage(saga), LifecycleStage(.cancellationStarted), LifecycleStage(.processCompleted),
      LifecycleStage(saga, .sagaCompleted(run: RunID(1)), .processCompensated), LifecycleStage(.processCancelled),
      LifecycleStage(.processTerminated), LifecycleStage(.processFailed(code: "E")),
    ]
    let events: [(String, ProcessEvent)] = [
      ("started", .processStarted(businessKey: nil)),
      ("saga", .sagaStarted(run: RunID(5), target: .root, code: "E", message: "m", then: .endInstance)),
      ("completed", .processCompleted), ("kept", .completionKept), ("compensated", .processCompensated),
      ("cancelling", .cancellationStarted), ("cancelled", .processCancelled),
      ("suspended", .processSuspended(byDefinition: false)), ("resumed", .processResumed),
      ("terminated", .processTerminated), ("failed", .processFailed(code: "E")),
      ("variables", .variablesChanged(scope: .root, changes: [VariableChange(name: "a", value: 1)])),
      ("token", LifecycleStage.arrival(8)),
    ]
    let no = "instanceInvalidTransition"
    let awake = "instanceNotSuspended"
    let ended = "\(no) | \(no) | \(no) | \(no)"
    #expect(
      rows(stages, events) { $0.state.name } == """
        started | \(no) | \(no) | \(no) | \(no) | \(ended)
        saga | compensating | compensating | \(no) | compensating | \(ended)
        completed | completed | \(no) | \(no) | \(no) | \(ended)
        kept | \(no) | completed | \(no) | \(no) | \(ended)
        compensated | \(no) | compensated | \(no) | \(no) | \(ended)
        cancelling | cancelling | cancelling | \(no) | \(no) | \(ended)
        cancelled | cancelled | cancelled | cancelled | \(no) | \(ended)
        suspended | running | compensating | \(no) | \(no) | \(ended)
        resumed | \(awake) | \(awake) | \(awake) | \(awake) | \(awake) | \(awake) | \(awake) | \(awake)
        terminated | terminated | terminated | terminated | \(no) | \(ended)
        failed | failed | \(no) | \(no) | \(no) | \(ended)
        variables | running | compensating | cancelling | \(no) | \(ended)
        token | running | compensating | \(no) | \(no) | \(ended)
        """)
  }

  @Test("no instance ends while a token is alive")
  func endWithTokens() throws {
    let stage = try LifecycleStage(LifecycleStage.arrival(1))
    for event in [ProcessEvent.processCompleted, .processCancelled, .processTerminated, .processFailed(code: "E")] {
      #expect(stage.outcome(of: event) { _ in "ended" } == "instanceInvalidTransition")
    }
  }

  @Test("suspension: running, suspended")
  func suspension() throws {
    let token = LifecycleStage.arrival(1, .executing)
    let deferred = ProcessEvent.outcomeDeferred(token: Self.token, outcome: .cancelled)
    let stages = try [
      LifecycleStage(token), LifecycleStage(token, .processSuspended(byDefinition: false)),
      LifecycleStage(token, .processSuspended(byDefinition: false), deferred),
    ]
    let events: [(String, ProcessEvent)] = [
      ("suspended", .processSuspended(byDefinition: false)), ("resumed", .processResumed), ("deferred", deferred),
    ]
    #expect(
      rows(stages, events) { "\($0.isSuspended ? "suspended" : "running"), \($0.deferred.count)" } == """
        suspended | suspended, 0 | instanceSuspended | instanceSuspended
        resumed | instanceNotSuspended | running, 0 | running, 1
        deferred | instanceNotSuspended | suspended, 1 | tokenFinalizedTwice
        """)
  }

  @Test("timers: absent, pending, fired, cancelled")
  func timers() throws {
    let token = LifecycleStage.arrival(1)
    let timer = TimerID(2)
    let set = ProcessEvent.timerScheduled(timer: timer, token: Self.token, kind: .delay, due: Self.at)
    let stages = try [
      LifecycleStage(token), LifecycleStage(token, set), LifecycleStage(token, set, .timerFired(timer: timer)),
      LifecycleStage(token, set, .timerCancelled(timer: timer)),
    ]
    let events: [(String, ProcessEvent)] = [
      ("scheduled", set), ("fired", .timerFired(timer: timer)), ("cancelled", .timerCancelled(timer: timer)),
      ("rescheduled", .timerRescheduled(timer: timer, due: Timestamp(microseconds: 5))),
    ]
    #expect(
      rows(stages, events) { $0.timers.first.map { "due \($0.due.microseconds)" } ?? "gone" } == """
        scheduled | due 0 | identifierReused | identifierReused | identifierReused
        fired | timerUnknown | gone | timerUnknown | timerUnknown
        cancelled | timerUnknown | gone | timerUnknown | timerUnknown
        rescheduled | timerUnknown | due 5 | timerUnknown | timerUnknown
        """)
    let orphan = ProcessEvent.timerScheduled(timer: timer, token: TokenID(7), kind: .delay, due: Self.at)
    #expect(stages[0].outcome(of: orphan) { _ in "" } == "tokenUnknown")
  }

  @Test("user tasks: absent, open, done, dropped with their token")
  func userTasks() throws {
    let created = ProcessEvent.userTaskCreated(token: Self.token, assignee: nil, candidates: [], due: nil)
    let open = [LifecycleStage.arrival(1), created, .tokenWaiting(token: Self.token, reason: .userTask)]
    let stages = try [
      LifecycleStage(LifecycleStage.arrival(1)), LifecycleStage(open),
      LifecycleStage(open + [.userTaskCompleted(token: Self.token)]),
      LifecycleStage(open + [.tokenTerminated(token: Self.token, node: Self.node)]),
    ]
    let events: [(String, ProcessEvent)] = [
      ("created", created), ("completed", .userTaskCompleted(token: Self.token)),
    ]
    #expect(
      rows(stages, events) { "\($0.userTasks.count) open" } == """
        created | 1 open | taskExists | 1 open | tokenFinalizedTwice
        completed | taskUnknown | 0 open | taskUnknown | taskUnknown
        """)
  }

  @Test("external tasks: absent, free, locked, released, done")
  func externalTasks() throws {
    let created = ProcessEvent.externalTaskCreated(token: Self.token, topic: "t")
    let free = [LifecycleStage.arrival(1), created, .tokenWaiting(token: Self.token, reason: .externalTask)]
    let locked = ProcessEvent.externalTaskLocked(token: Self.token, worker: "w", attempt: 1, until: Self.at)
    let stages = try [
      LifecycleStage(LifecycleStage.arrival(1)), LifecycleStage(free), LifecycleStage(free + [locked]),
      LifecycleStage(free + [locked, .externalTaskReleased(token: Self.token)]),
      LifecycleStage(free + [.externalTaskCompleted(token: Self.token)]),
    ]
    func lock(_ worker: String, _ attempt: Int) -> ProcessEvent {
      .externalTaskLocked(token: Self.token, worker: worker, attempt: attempt, until: Self.at)
    }
    let events: [(String, ProcessEvent)] = [
      ("created", created), ("locked", lock("v", 2)), ("extended", lock("w", 1)), ("stolen", lock("v", 1)),
      ("released", .externalTaskReleased(token: Self.token)),
      ("completed", .externalTaskCompleted(token: Self.token)), ("failed", .externalTaskFailed(token: Self.token)),
    ]
    let no = "taskUnknown"
    let conflict = "externalTaskLeaseConflict"
    #expect(
      rows(stages, events) { $0.externalTasks.first.map { $0.worker ?? "free" } ?? "gone" } == """
        created | free | taskExists | taskExists | taskExists | free
        locked | \(no) | v | v | v | \(no)
        extended | \(no) | w | w | \(conflict) | \(no)
        stolen | \(no) | v | \(conflict) | \(conflict) | \(no)
        released | \(no) | free | free | free | \(no)
        completed | \(no) | gone | gone | gone | \(no)
        failed | \(no) | gone | gone | gone | \(no)
        """)
  }

  @Test("subscriptions: absent, open, closed, ended with their token")
  func subscriptions() throws {
    let id = SubscriptionID(2)
    func opened(_ id: SubscriptionID) -> ProcessEvent {
      .subscriptionOpened(
        Subscription(
          id: id, token: Self.token, scope: .root, node: Self.node, kind: .condition, openedAt: Self.at))
    }
    let open = [LifecycleStage.arrival(1), opened(id)]
    let stages = try [
      LifecycleStage(LifecycleStage.arrival(1)), LifecycleStage(open),
      LifecycleStage(open + [.subscriptionClosed(subscription: id)]),
      LifecycleStage(open + [.tokenTerminated(token: Self.token, node: Self.node)]),
    ]
    let events: [(String, ProcessEvent)] = [
      ("opened", opened(id)), ("closed", .subscriptionClosed(subscription: id)),
      ("condition", .conditionChanged(subscription: id, holds: true)),
      ("triggered", .subscriptionTriggered(subscription: id, event: nil)),
      ("another", opened(SubscriptionID(9))),
    ]
    let no = "subscriptionUnknown"
    let reused = "identifierReused"
    #expect(
      rows(stages, events) { "\($0.subscriptions.count) open" } == """
        opened | 1 open | \(reused) | \(reused) | \(reused)
        closed | \(no) | 0 open | \(no) | \(no)
        condition | \(no) | 1 open | \(no) | \(no)
        triggered | \(no) | 1 open | \(no) | \(no)
        another | 1 open | 2 open | 1 open | tokenFinalizedTwice
        """)
  }

  @Test("incidents: absent, open, resolved")
  func incidents() throws {
    let incident = IncidentID(2)
    let stages = try [
      LifecycleStage(LifecycleStage.arrival(1)), LifecycleStage(LifecycleStage.arrival(1), raised(incident)),
      LifecycleStage(LifecycleStage.arrival(1), raised(incident), .incidentResolved(incident: incident)),
    ]
    let events: [(String, ProcessEvent)] = [
      ("raised", raised(incident)), ("resolved", .incidentResolved(incident: incident)),
    ]
    #expect(
      rows(stages, events) { "\($0.incidents.count) open" } == """
        raised | 1 open | identifierReused | identifierReused
        resolved | incidentUnknown | 0 open | incidentUnknown
        """)
  }

  @Test("scopes: absent, open and empty, with a token, with a scope inside, completed, terminated")
  func scopes() throws {
    let scope = ScopeID(2)
    let host = LifecycleStage.arrival(1)
    func entered(_ id: ScopeID, in parent: ScopeID) -> ProcessEvent {
      .scopeEntered(scope: id, node: Self.node, parent: parent, token: Self.token, kind: .subprocess)
    }
    let open = [host, entered(scope, in: .root)]
    let stages = try [
      LifecycleStage(host), LifecycleStage(open),
      LifecycleStage(open + [LifecycleStage.arrival(3, scope: scope)]),
      LifecycleStage(open + [entered(ScopeID(3), in: scope)]),
      LifecycleStage(open + [.scopeCompleted(scope: scope, keepsRecords: true)]),
      LifecycleStage(open + [.scopeTerminated(scope: scope)]),
    ]
    let events: [(String, ProcessEvent)] = [
      ("entered", entered(scope, in: .root)), ("completed", .scopeCompleted(scope: scope, keepsRecords: true)),
      ("terminated", .scopeTerminated(scope: scope)),
      ("variable", .variablesChanged(scope: scope, changes: [VariableChange(name: "a", value: 1)])),
      ("inside", entered(ScopeID(9), in: scope)),
    ]
    let no = "scopeUnknown"
    let full = "scopeNotEmpty | scopeNotEmpty"
    let reused = "identifierReused"
    #expect(
      rows(stages, events) { "\($0.scopes.count) open" } == """
        entered | 1 open | \(reused) | \(reused) | \(reused) | \(reused) | \(reused)
        completed | \(no) | 0 open | \(full) | \(no) | \(no)
        terminated | \(no) | 0 open | \(full) | \(no) | \(no)
        variable | \(no) | 1 open | 1 open | 2 open | \(no) | \(no)
        inside | \(no) | 2 open | 2 open | 3 open | \(no) | \(no)
        """)
  }
}
