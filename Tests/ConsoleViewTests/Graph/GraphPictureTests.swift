import Testing

@testable import ConsoleView

/// Pictures for people to look at: a change here is a change of what an operator sees.
@Suite("Pictures of process graphs")
struct GraphPictureTests {
  private static let waiting = [1: GraphBadge(passed: true), 2: GraphBadge(tokens: 1, timers: 1)]
  private static let failing = [2: GraphBadge(tokens: 2, failed: 1), 4: GraphBadge(compensating: true)]
  private static let reminded = [21: GraphBadge(timers: 1), 22: GraphBadge(passed: true)]
  private static let inside = [2: GraphBadge(tokens: 1), 231: GraphBadge(tokens: 1)]

  private static func picture(
    _ model: GraphModel, _ density: GraphForm.Density = .compact, _ direction: GraphForm.Direction = .topDown,
    badges: [Int: GraphBadge] = [:]
  ) -> String {
    let layout = GraphLayout(model, form: GraphForm(direction: direction, density: density))
    return GraphChecks.picture(layout.draw(badges: badges))
  }

  @Test("A sequence runs straight down")
  func sequence() {
    let picture = Self.picture(GraphExamples.sequence, badges: Self.waiting)
    #expect(
      picture == """
        ○ order placed ✓
        │
        ■ reserve ●1 ◷
        │
        ◨ charge
        │
        ◎ end
        """)
  }

  @Test("A sequence of boxes has arrowheads, and badges on the boxes")
  func boxedSequence() {
    let picture = Self.picture(GraphExamples.sequence, .boxed, badges: Self.waiting)
    #expect(
      picture == """
        ┌──────────────✓─┐
        │ ○ order placed │
        └─┬──────────────┘
          ▼
        ┌──────●1 ◷─┐
        │ ■ reserve │
        └─┬─────────┘
          ▼
        ┌──────────┐
        │ ◨ charge │
        └─┬────────┘
          ▼
        ┌────────┐
        │ ◎ end  │
        └────────┘
        """)
  }

  @Test("A choice names its conditions, and the default is called else")
  func choice() {
    let picture = Self.picture(GraphExamples.choice)
    #expect(
      picture == """
        ◆ check
        ├────────────────┬─────────────┐
        │ amount > 1000  │ foreign     │ else
        □ approve        ■ audit       │
        ├────────────────┴─────────────┘
        ■ ship
        │
        ◎ end
        """)
  }

  @Test("A fork and its join look like rakes")
  func fork() {
    let picture = Self.picture(GraphExamples.fork, badges: Self.failing)
    #expect(
      picture == """
        ✚ both
        ├──────────────┬────────────┐
        ◨ charge ●2✗1  ◷ pack       ■ send mail ↶
        ├──────────────┴────────────┘
        ✚ merge
        │
        ◎ end
        """)
  }

  @Test("A fork of boxes")
  func boxedFork() {
    let picture = Self.picture(GraphExamples.fork, .boxed, badges: Self.failing)
    #expect(
      picture == """
        ┌────────┐
        │ ✚ both │
        └─┬──────┘
          ├─────────────┬───────────┐
          ▼             ▼           ▼
        ┌────●2 ✗1─┐  ┌────────┐  ┌───────────↶─┐
        │ ◨ charge │  │ ◷ pack │  │ ■ send mail │
        └─┬────────┘  └─┬──────┘  └─┬───────────┘
          ├─────────────┴───────────┘
          ▼
        ┌─────────┐
        │ ✚ merge │
        └─┬───────┘
          ▼
        ┌────────┐
        │ ◎ end  │
        └────────┘
        """)
  }

  @Test("A loop runs back beside the nodes, and its head moves behind the badge")
  func loop() {
    let picture = Self.picture(GraphExamples.loop, badges: [2: GraphBadge(tokens: 1)])
    #expect(
      picture == """
        ■ prepare
        │
        ■ poll ●1 ◀── no ─┐
        │                 │
        ◆ ready? ─────────┘
        │ yes
        ■ use
        │
        ◎ end
        """)
  }

  @Test("A loop of boxes")
  func boxedLoop() {
    let picture = Self.picture(GraphExamples.loop, .boxed)
    #expect(
      picture == """
        ┌───────────┐
        │ ■ prepare │
        └─┬─────────┘
          ▼
        ┌────────┐
        │ ■ poll │◀─ no ─┐
        └─┬──────┘       │
          ▼              │
        ┌──────────┐     │
        │ ◆ ready? ├─────┘
        └─┬────────┘
          ▼ yes
        ┌────────┐
        │ ■ use  │
        └─┬──────┘
          ▼
        ┌────────┐
        │ ◎ end  │
        └────────┘
        """)
  }

  @Test("Boundary events stand under their host, broken where the host goes on")
  func boundary() {
    let picture = Self.picture(GraphExamples.boundary, badges: Self.reminded)
    #expect(
      picture == """
        ■ reserve ◀────────┐
        │                  │
        ◨ charge           │
        ┆◷ after 1h ◷────┐ │
        ├↯ DECLINED ✓──┐ │ │
        ├↯ BUSY ───────│─│─┘
        │              │ └─────────────┐
        ■ ship         ⊗ refused       ■ remind
        ├──────────────────────────────┘
        ◎ end
        """)
  }

  @Test("Boundary events of a box stand in it")
  func boxedBoundary() {
    let picture = Self.picture(GraphExamples.boundary, .boxed)
    #expect(
      picture == """
        ┌───────────┐
        │ ■ reserve │◀─────────┐
        └─┬─────────┘          │
          ▼                    │
        ┌─────────────┐        │
        │ ◨ charge    │        │
        ┆◷ after 1h   ├─────┐  │
        ├↯ DECLINED   ├───┐ │  │
        ├↯ BUSY       ├───│─│──┘
        └─┬───────────┘   │ │
          │               │ └────────────┐
          ▼               ▼              ▼
        ┌────────┐      ┌───────────┐  ┌──────────┐
        │ ■ ship │      │ ⊗ refused │  │ ■ remind │
        └─┬──────┘      └───────────┘  └─┬────────┘
          ├──────────────────────────────┘
          ▼
        ┌────────┐
        │ ◎ end  │
        └────────┘
        """)
  }

  @Test("Subprocesses are frames")
  func nested() {
    let picture = Self.picture(GraphExamples.nested, badges: Self.inside)
    #expect(
      picture == """
            ■ reserve
            │
        ╭── ▣ payment ●1─────────────────────╮
        │   ◨ charge                         │
        │   │                                │
        │   ◆ check                          │
        │   ├─────────────────────────┐      │
        │   │ risk > 7                │ else │
        │ ╭ ▣ fraud review ────────╮  │      │
        │ │ ■ ask bank ●1          │  │      │
        │ │ │                      │  │      │
        │ │ □ decide               │  │      │
        │ ╰─┬──────────────────────╯  │      │
        │   ├─────────────────────────┘      │
        │   ◎ paid                           │
        ├◷ after 1d                          ├─┐
        ╰───┬────────────────────────────────╯ │
            │                                  │
            ■ ship                             ⊗ give up
            │
            ◎ end
        """)
  }

  @Test("Frames of boxes")
  func boxedNested() {
    let picture = Self.picture(GraphExamples.nested, .boxed)
    #expect(
      picture == """
            ┌───────────┐
            │ ■ reserve │
            └─┬─────────┘
              ▼
        ╭──── ▣ payment ─────────────────────╮
        │   ┌──────────┐                     │
        │   │ ◨ charge │                     │
        │   └─┬────────┘                     │
        │     ▼                              │
        │   ┌─────────┐                      │
        │   │ ◆ check │                      │
        │   └─┬───────┘                      │
        │     ├───────────────────────┐      │
        │     ▼ risk > 7              │ else │
        │ ╭── ▣ fraud review ──────╮  │      │
        │ │ ┌────────────┐         │  │      │
        │ │ │ ■ ask bank │         │  │      │
        │ │ └─┬──────────┘         │  │      │
        │ │   ▼                    │  │      │
        │ │ ┌──────────┐           │  │      │
        │ │ │ □ decide │           │  │      │
        │ │ └──────────┘           │  │      │
        │ ╰───┬────────────────────╯  │      │
        │     ├───────────────────────┘      │
        │     ▼                              │
        │   ┌────────┐                       │
        │   │ ◎ paid │                       │
        │   └────────┘                       │
        ├◷ after 1d                          ├─┐
        ╰─────┬──────────────────────────────╯ │
              ▼                                ▼
            ┌────────┐                       ┌───────────┐
            │ ■ ship │                       │ ⊗ give up │
            └─┬──────┘                       └───────────┘
              ▼
            ┌────────┐
            │ ◎ end  │
            └────────┘
        """)
  }

  @Test("The order fulfilment of the documents, compact")
  func order() {
    let picture = Self.picture(GraphExamples.order, badges: GraphExamples.orderBadges)
    #expect(
      picture == """
        ■ reserve ✓
        │
        ◆ check ✓
        ├───────┐
        │ else  │ amount > 1000
        │       □ approve ●1
        │       ┆◷ after 1h ◷────┐
        │       ├↯ REJECTED ───┐ │
        ├───────┘              │ └─────────────┐
        ✚ both                 ⊗ refused       ■ remind
        ├──────────────┐                       │
        ◨ charge       ◷ pack                  │
        ├──────────────┘                       │
        ✚ merge                                │
        ├──────────────────────────────────────┘
        ◎ end
        """)
  }

  @Test("The order fulfilment of the documents, boxed")
  func boxedOrder() {
    let picture = Self.picture(GraphExamples.order, .boxed, badges: GraphExamples.orderBadges)
    #expect(
      picture == """
        ┌─────────✓─┐
        │ ■ reserve │
        └─┬─────────┘
          ▼
        ┌───────✓─┐
        │ ◆ check │
        └─┬───────┘
          ├───────┐
          │ else  ▼ amount > 1000
          │     ┌──────────●1─┐
          │     │ □ approve   │
          │     ┆◷ after 1h ◷ ├───┐
          │     ├↯ REJECTED   ├─┐ │
          │     └─┬───────────┘ │ │
          ├───────┘             │ └────────────┐
          ▼                     ▼              ▼
        ┌────────┐            ┌───────────┐  ┌──────────┐
        │ ✚ both │            │ ⊗ refused │  │ ■ remind │
        └─┬──────┘            └───────────┘  └─┬────────┘
          ├─────────────┐                      │
          ▼             ▼                      │
        ┌──────────┐  ┌────────┐               │
        │ ◨ charge │  │ ◷ pack │               │
        └─┬────────┘  └─┬──────┘               │
          ├─────────────┘                      │
          ▼                                    │
        ┌─────────┐                            │
        │ ✚ merge │                            │
        └─┬───────┘                            │
          ├────────────────────────────────────┘
          ▼
        ┌────────┐
        │ ◎ end  │
        └────────┘
        """)
  }

  @Test("The order fulfilment to the right")
  func orderToTheRight() {
    let picture = Self.picture(GraphExamples.order, .compact, .leftToRight, badges: GraphExamples.orderBadges)
    #expect(
      picture == """
         ■ reserve ✓──▶ ◆ check ✓──┬── amount > 1000 ▶ □ approve ●1─────┬───▶ ✚ both ──────┬─▶ ◨ charge ───┬─▶ ✚ merge ───┬─▶ ◎ end
                                   │                   ┆◷ after 1h ◷────│─┐                │               │              │
                                   │                   ├↯ REJECTED ───┐ │ │                └─▶ ◷ pack ─────┘              │
                                   │                                  │ │ │                                               │
                                   └── else ──────────────────────────│─┘ └─▶ ■ remind ───────────────────────────────────┘
                                                                      │
                                                                      └─────▶ ⊗ refused
        """)
  }

  @Test("A loop to the right runs above")
  func loopToTheRight() {
    let picture = Self.picture(GraphExamples.loop, .compact, .leftToRight)
    #expect(
      picture == """
                        ┌────── no ─┐
                        ▼           │
         ■ prepare ───▶ ■ poll ───▶ ◆ ready? ──── yes ▶ ■ use ───▶ ◎ end
        """)
  }

  @Test("Boxes to the right")
  func boxedBoundaryToTheRight() {
    let picture = Self.picture(GraphExamples.boundary, .boxed, .leftToRight)
    #expect(
      picture == """
          ┌────────────────────────────┐
          ▼                            │
        ┌───────────┐ ┌─────────────┐  │    ┌────────┐      ┌────────┐
        │ ■ reserve ├▶│ ◨ charge    ├──│───▶│ ■ ship ├───┬─▶│ ◎ end  │
        └───────────┘ ┆◷ after 1h   ├──│─┐  └────────┘   │  └────────┘
                      ├↯ DECLINED   ├┐ │ │               │
                      ├↯ BUSY       ├│─┘ │  ┌──────────┐ │
                      └─────────────┘│   └─▶│ ■ remind ├─┘
                                     │      └──────────┘
                                     │
                                     │      ┌───────────┐
                                     └─────▶│ ⊗ refused │
                                            └───────────┘
        """)
  }
}
