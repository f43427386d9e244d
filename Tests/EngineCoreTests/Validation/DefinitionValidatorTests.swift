import EngineCore
import Testing

@Suite("The validator of definitions")
struct DefinitionValidatorTests {
  /// A process that is changed by a test, and what is wrong with it then.
  private func issues(
    handlers: [String]? = nil, _ change: (inout TestProcess) throws -> Void
  ) throws -> [DefinitionIssue] {
    var process = TestProcess()
    try change(&process)
    return DefinitionValidator.issues(in: try process.definition(), handlers: handlers)
  }

  private func sentences(_ change: (inout TestProcess) throws -> Void) throws -> [String] {
    try issues(change).map(\.description)
  }

  @Test("finds nothing wrong with a sequence that ends")
  func sequence() throws {
    let found = try issues {
      try $0.service("a")
      try $0.service("b")
      $0.add("done", .end(.plain))
      $0.link("a", "b", "done")
    }
    #expect(found.isEmpty)
  }

  @Test("refuses a process without nodes")
  func empty() throws {
    #expect(try sentences { _ in } == ["the process has no nodes. A process begins at its first node."])
  }

  @Test("refuses a node that leads nowhere")
  func deadEnd() throws {
    let found = try sentences {
      $0.add("fork", .parallelGateway)
      try $0.service("a")
      try $0.service("b")
      $0.add("done", .end(.plain))
      $0.link("fork", "a", "done")
      $0.link("fork", "b")
    }
    #expect(found == ["`b` leads nowhere. Say what comes next, or `next: end`."])
  }

  @Test("refuses an end that something follows")
  func afterTheEnd() throws {
    let found = try sentences {
      $0.add("done", .end(.plain))
      try $0.service("a")
      $0.link("done", "a", "done")
    }
    #expect(found == ["`done` is an end, and something follows it."])
  }

  @Test("names the beginning of a piece that nothing leads to")
  func unreachable() throws {
    let found = try sentences {
      try $0.service("a")
      $0.add("done", .end(.plain))
      try $0.service("lost")
      try $0.service("behind")
      $0.link("a", "done")
      $0.link("lost", "behind", "done")
    }
    #expect(found == ["nothing leads to `lost`. Lead to it with a `next`, or leave it out."])
  }

  @Test("names one node of a ring that nothing leads to")
  func unreachableRing() throws {
    let found = try issues {
      try $0.service("a")
      $0.add("done", .end(.plain))
      try $0.service("b")
      try $0.service("c")
      $0.link("a", "done")
      $0.link("b", "c", "b")
    }
    #expect(found.map(\.rule) == [.unreachable])
    #expect(found.map(\.node) == ["b"])
  }

  @Test("refuses a process that never ends")
  func noEnd() throws {
    let found = try sentences {
      try $0.service("a")
      try $0.service("b")
      $0.link("a", "b", "a")
    }
    #expect(found == ["the process never ends: no end can be reached. Say `next: end` somewhere."])
  }

  @Test("refuses a choice that may find no way")
  func noDefault() throws {
    let found = try sentences {
      $0.add("check", .exclusiveGateway(defaultFlow: nil))
      $0.add("done", .end(.plain))
      $0.add("other", .end(.plain))
      $0.link("check", "done", when: "x > 1")
      $0.link("check", "other", when: "x < 1")
    }
    #expect(found == ["no condition of `check` need hold, and it has no default. Add an `else`."])
  }

  @Test("refuses conditions where nothing chooses, and their absence where something does")
  func conditions() throws {
    let found = try sentences {
      try $0.service("a")
      $0.add("check", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 1)))
      $0.add("done", .end(.plain))
      $0.link("a", "check", when: "x")
      $0.link("check", "done", when: "y")
      $0.link("check", "done")
    }
    #expect(
      found == [
        "the flow from `a` to `check` has a condition, but `a` is no choice.",
        "the flow from `check` to `done` is the default and has a condition all the same.",
        "the flow from `check` to `done` leaves a choice, has no condition and is not the default.",
      ])
  }

  @Test("refuses a parallel gateway that neither forks nor joins")
  func singleBranch() throws {
    let found = try sentences {
      $0.add("fork", .parallelGateway)
      $0.add("done", .end(.plain))
      $0.link("fork", "done")
    }
    #expect(
      found == [
        "`fork` neither forks nor joins: one flow comes in and one goes out. Leave it out, or add the branch that is "
          + "missing."
      ])
  }

  @Test("refuses two ways out of an activity")
  func twoWaysOut() throws {
    let found = try sentences {
      try $0.service("a")
      $0.add("done", .end(.plain))
      $0.add("other", .end(.plain))
      $0.link("a", "done")
      $0.link("a", "other")
    }
    #expect(found == ["`a` has 2 ways out, and only a fork or a choice may. Lead to a `fork` or a `choose`."])
  }

  @Test("refuses a name that two nodes have, and names that are none")
  func names() throws {
    let found = try sentences {
      try $0.service("a")
      try $0.service("two words")
      $0.add("a", .end(.plain))
      $0.link("a", "two words")
    }
    #expect(
      found == [
        "`two words` cannot be the name of a node. Names are made of letters, digits, - and _, at most 80 of them.",
        "two nodes have the name `a`. Give one of them another name.",
        "`two words` leads nowhere. Say what comes next, or `next: end`.",
      ])
  }

  @Test("refuses a flow that crosses the border of a subprocess", arguments: [true, false])
  func border(inwards: Bool) throws {
    let found = try issues {
      try $0.service("a")
      $0.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 2))))
      try $0.service("inside", in: "sub")
      $0.add("inner", .end(.plain), in: "sub")
      $0.add("done", .end(.plain))
      $0.link("a", "sub", "done")
      if inwards { $0.link("a", "inside") } else { $0.link("inside", "done") }
      $0.link("inside", "inner")
    }
    let crossing = try #require(found.first { $0.rule == .crossesBorder })
    let flow = inwards ? "`a` to `inside`" : "`inside` to `done`"
    #expect(
      crossing.description
        == "the flow from \(flow) crosses the border of a subprocess. A subprocess is entered at its "
        + "start and left at its end.")
  }

  @Test("refuses a boundary event on a node that cannot have one")
  func boundaryHost() throws {
    let found = try sentences {
      $0.add("pause", .catchEvent(.timer(.delay(.seconds(1)))))
      $0.add("late", .boundary(BoundaryEvent(host: NodeIndex(rawValue: 0), trigger: .timer(.delay(.seconds(1))))))
      $0.add("done", .end(.plain))
      $0.link("pause", "done")
      $0.link("late", "done")
    }
    #expect(found == ["`pause` cannot have a boundary event. Activities and subprocesses can."])
  }

  @Test("refuses an error that does not interrupt, and one that is caught twice")
  func boundaryErrors() throws {
    let found = try sentences {
      try $0.service("a")
      let host = NodeIndex(rawValue: 0)
      $0.add("one", .boundary(BoundaryEvent(host: host, trigger: .error(code: "X"), isInterrupting: false)))
      $0.add("two", .boundary(BoundaryEvent(host: host, trigger: .error(code: "X"))))
      $0.add("done", .end(.plain))
      $0.link("a", "done")
      $0.link("one", "done")
      $0.link("two", "done")
    }
    #expect(
      found == ["`a` catches the error `X` twice.", "`one` catches an error, which always interrupts."])
  }

  @Test(
    "refuses retries and times that make no sense",
    arguments: [
      (
        RetryPolicy(attempts: 0), nil,
        "`a` is tried 0 times. `attempts` counts the first try too: it is at least 1."
      ),
      (
        RetryPolicy(attempts: 5000), nil, "`a` is tried 5000 times, and 1000 are allowed."
      ),
      (
        RetryPolicy(attempts: 2, factor: 0.5), nil,
        "the factor of the pauses of `a` is 0.5, and must lie between 1 and 1000."
      ),
      (
        RetryPolicy(attempts: 2, factor: .nan), nil,
        "the factor of the pauses of `a` is nan, and must lie between 1 and 1000."
      ),
      (
        RetryPolicy(attempts: 2, jitter: 1.5), nil,
        "the jitter of the pauses of `a` is 1.5, and must lie between 0 and 1."
      ),
      (
        RetryPolicy(attempts: 2, backoff: .seconds(60), maximum: .seconds(30)), nil,
        "the first pause of `a`, 1m, is longer than the longest, 30s. Raise `max`."
      ),
      (RetryPolicy.never, Duration.zero, "the timeout of `a` is 0s. It must be longer than nothing."),
    ] as [(RetryPolicy, Duration?, String)])
  func retries(policy: RetryPolicy, timeout: Duration?, sentence: String) throws {
    let found = try sentences {
      let work = Work.handler(name: "a", configuration: .literal(.null))
      $0.add("a", .activity(Activity(work: work, retry: policy, timeout: timeout)))
      $0.add("done", .end(.plain))
      $0.link("a", "done")
    }
    #expect(found == [sentence])
  }

  @Test("refuses handlers that nobody has, with what may have been meant")
  func handlers() throws {
    let found = try issues(handlers: ["reserve", "log"]) {
      try $0.service("resrve")
      try $0.service("reserve", undo: true)
      $0.add("done", .end(.plain))
      $0.link("resrve", "reserve", "done")
    }
    #expect(
      found.map(\.description) == [
        "`resrve` wants the handler `resrve`, which nobody has registered. Did you mean `reserve`?",
        "`reserve` wants the handler `undo-reserve`, which nobody has registered. Known are `log`, `reserve`.",
      ])
  }

  @Test("refuses a compensation of a subprocess that can only end with an error")
  func pointlessCompensation() throws {
    let found = try sentences {
      let undo = Compensation(work: .handler(name: "undo", configuration: .literal(.null)))
      $0.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1), compensation: undo)))
      try $0.service("inside", in: "sub")
      $0.add("broken", .end(.error(code: "X")), in: "sub")
      $0.add("done", .end(.plain))
      $0.link("sub", "done")
      $0.link("inside", "broken")
    }
    #expect(
      found == [
        "the subprocess `sub` never completes, so its compensation can never run. Only what has completed is "
          + "compensated; let it reach a plain end, or drop `compensate`."
      ])
  }

  @Test("refuses a loop of gateways, which would keep the engine busy for ever")
  func endlessGateways() throws {
    let found = try sentences {
      $0.add("a", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 1)))
      $0.add("b", .exclusiveGateway(defaultFlow: nil))
      $0.add("done", .end(.plain))
      $0.link("a", "done", when: "x > 1")
      $0.link("a", "b")
      $0.link("b", "a")
    }
    #expect(found == ["`a`, `b` are a loop that waits for nothing. Put a `wait` or some work into the loop."])
  }

  @Test("lets a loop pass that counts and can be left")
  func countingLoop() throws {
    let found = try issues {
      let count = Mapping(target: "n", template: .expression(try Expression("n + 1")))
      $0.add("count", .activity(Activity(work: .script, outputs: [count])))
      $0.add("check", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 1)))
      $0.add("done", .end(.plain))
      $0.link("check", "done", when: "n > 10")
      $0.link("check", "count")
      $0.link("count", "check")
    }
    #expect(found.isEmpty)
  }

  @Test("refuses variables that no expression could read")
  func variables() throws {
    let found = try sentences {
      let outputs = [Mapping(target: "order-id", template: .literal(1)), Mapping(target: "if", template: .literal(1))]
      $0.add("a", .activity(Activity(work: .script, outputs: outputs)))
      $0.add("done", .end(.plain))
      $0.link("a", "done")
    }
    let hint = "which no expression could read. Variables are named with letters, digits and _."
    #expect(found == ["`a` sets `order-id`, \(hint)", "`a` sets `if`, \(hint)"])
  }

  @Test("answers a definition whose indexes mean nothing instead of crashing on it")
  func brokenIndexes() {
    let nowhere = NodeIndex(rawValue: 99)
    let before = NodeIndex(rawValue: -1)
    let nodes = [
      NodeDefinition(id: "a", kind: .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 7)), parent: nowhere),
      NodeDefinition(id: "b", kind: .boundary(BoundaryEvent(host: before, trigger: .error(code: nil)))),
      NodeDefinition(id: "c", kind: .subprocess(Subprocess(start: nowhere)), parent: NodeIndex(rawValue: 2)),
    ]
    let flows = [SequenceFlow(from: before, to: nowhere)]
    let definition = ProcessDefinition(key: "x", nodes: nodes, flows: flows, start: nowhere)
    let rules = Set(DefinitionValidator.issues(in: definition).map(\.rule))
    #expect(rules == [.brokenGraph, .tooLarge, .noStart])
  }

  @Test("refuses a definition that is too large to be checked")
  func tooLarge() throws {
    let nodes = (0...DefinitionLimits.nodes).map { NodeDefinition(id: "n\($0)", kind: .end(.plain)) }
    let definition = ProcessDefinition(key: "x", nodes: nodes, flows: [], start: NodeIndex(rawValue: 0))
    #expect(DefinitionValidator.issues(in: definition).map(\.rule) == [.tooLarge])
  }
}
