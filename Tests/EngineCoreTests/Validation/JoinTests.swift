import EngineCore
import Testing

@Suite("The validator's view of joins")
struct JoinTests {
  private func issues(_ change: (inout TestProcess) throws -> Void) throws -> [String] {
    var process = TestProcess()
    try change(&process)
    return DefinitionValidator.issues(in: try process.definition()).map(\.description)
  }

  @Test("lets a join of a fork's branches pass")
  func forkAndJoin() throws {
    let found = try issues {
      $0.add("fork", .parallelGateway)
      try $0.service("a")
      try $0.service("b")
      $0.add("join", .parallelGateway)
      $0.add("done", .end(.plain))
      $0.link("fork", "a", "join", "done")
      $0.link("fork", "b", "join")
    }
    #expect(found == [])
  }

  @Test("refuses a join of the branches of a choice, and names the choice")
  func choiceAndJoin() throws {
    let found = try issues {
      $0.add("check", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 3)))
      try $0.service("a")
      try $0.service("b")
      $0.add("join", .parallelGateway)
      $0.add("done", .end(.plain))
      $0.link("check", "a", when: "x")
      $0.link("a", "join", "done")
      $0.link("check", "b")
      $0.link("b", "join")
    }
    #expect(
      found == [
        "the join `join` waits for `a` and `b`, which never both come: the choice `check` sends its token only one "
          + "way. Lead both ways to the same next node, without a join."
      ])
  }

  @Test("lets a parallel join behind a fork with conditions pass, since it may complete, but not one of the default")
  func inclusiveAndJoin() throws {
    func process(_ joined: String) throws -> [String] {
      try issues {
        $0.add("split", .inclusiveGateway(defaultFlow: FlowIndex(rawValue: 2)))
        for name in ["a", "b", "c"] { try $0.service(name) }
        $0.add("join", .parallelGateway)
        $0.add("done", .end(.plain))
        $0.link("split", "a", when: "x")
        $0.link("split", "b", when: "y")
        $0.link("split", "c")
        for name in ["a", "b", "c"] { $0.link(name, joined.contains(name) ? "join" : "done") }
        $0.link("join", "done")
      }
    }
    #expect(try process("ab") == [])
    #expect(try process("bc").count == 1)
  }

  @Test("refuses a join that waits for a loop which begins behind it")
  func loopIntoJoin() throws {
    let found = try issues {
      try $0.service("a")
      $0.add("join", .parallelGateway)
      $0.add("again", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 4)))
      $0.add("done", .end(.plain))
      try $0.service("b")
      $0.link("a", "join", "b", "again")
      $0.link("again", "done", when: "x")
      $0.link("again", "join")
    }
    #expect(
      found == [
        "the join `join` waits for `a` and `again`, which never both come: `again` comes only after `join` itself. "
          + "Lead the loop to the node before the join's branches."
      ])
  }

  @Test("lets a fork and its join pass inside of a loop")
  func joinInLoop() throws {
    let found = try issues {
      try $0.service("begin")
      $0.add("fork", .parallelGateway)
      try $0.service("a")
      try $0.service("b")
      $0.add("join", .parallelGateway)
      $0.add("again", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 7)))
      $0.add("done", .end(.plain))
      $0.link("begin", "fork", "a", "join", "again")
      $0.link("fork", "b", "join")
      $0.link("again", "begin", when: "x")
      $0.link("again", "done")
    }
    #expect(found == [])
  }

  @Test("knows that an event which does not interrupt comes beside its node, and one that does instead of it")
  func boundaryIntoJoin() throws {
    for isInterrupting in [false, true] {
      let found = try issues {
        try $0.service("a")
        let trigger = EventTrigger.timer(.delay(.seconds(1)))
        $0.add(
          "late",
          .boundary(BoundaryEvent(host: NodeIndex(rawValue: 0), trigger: trigger, isInterrupting: isInterrupting)))
        $0.add("join", .parallelGateway)
        $0.add("done", .end(.plain))
        $0.link("a", "join", "done")
        $0.link("late", "join")
      }
      #expect(found.isEmpty == !isInterrupting)
    }
  }

  @Test("blames only the first of two joins of which one never completes")
  func consequence() throws {
    let found = try issues {
      $0.add("check", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 1)))
      $0.add("fork", .parallelGateway)
      try $0.service("a")
      try $0.service("b")
      $0.add("first", .parallelGateway)
      $0.add("second", .parallelGateway)
      $0.add("done", .end(.plain))
      $0.link("check", "first", when: "x")
      $0.link("check", "fork")
      $0.link("fork", "a", "second", "done")
      $0.link("fork", "b", "first", "second")
    }
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("the join `first` waits for `check` and `b`") ?? false)
  }

  @Test("refuses a process that begins with a join")
  func startsWithJoin() throws {
    let found = try issues {
      $0.add("join", .parallelGateway)
      try $0.service("a")
      $0.add("check", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 4)))
      $0.add("done", .end(.plain))
      $0.link("join", "a", "check")
      $0.link("check", "join", when: "x")
      $0.link("check", "join", when: "y")
      $0.link("check", "done")
    }
    #expect(
      found == [
        "the process begins with the join `join`, which would wait for itself. Begin with the node that comes before it."
      ])
  }

  @Test("never refuses a join that some run of the graph completes")
  func soundness() {
    var refusals = 0
    var completions = 0
    for seed in 0..<400 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let definition = RandomGraph.make(&generator)
      let issues = DefinitionValidator.issues(in: definition)
      let refused = Set(issues.filter { $0.rule == .joinNeverCompletes }.compactMap(\.node))
      let completed = RandomGraph.completedJoins(of: definition)
      #expect(refused.isDisjoint(with: completed), "seed \(seed)")
      refusals += refused.count
      completions += completed.count
    }
    #expect(refusals > 30, "otherwise the loop above shows nothing")
    #expect(completions > 30, "otherwise the loop above shows nothing")
  }
}
