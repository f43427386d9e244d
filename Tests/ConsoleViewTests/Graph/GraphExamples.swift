@testable import ConsoleView

/// The graphs whose pictures are kept.
enum GraphExamples {
  static let sequence = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "order placed", kind: .start), GraphNode(id: 2, label: "reserve", kind: .service),
      GraphNode(id: 3, label: "charge", kind: .external), GraphNode(id: 4, label: "end", kind: .end),
    ],
    edges: [GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3), GraphEdge(from: 3, to: 4)])

  static let choice = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "check", kind: .exclusive), GraphNode(id: 2, label: "approve", kind: .user),
      GraphNode(id: 3, label: "audit", kind: .service), GraphNode(id: 4, label: "ship", kind: .service),
      GraphNode(id: 5, label: "end", kind: .end),
    ],
    edges: [
      GraphEdge(from: 1, to: 2, label: "amount > 1000"), GraphEdge(from: 1, to: 3, label: "foreign"),
      GraphEdge(from: 1, to: 4, isDefault: true), GraphEdge(from: 2, to: 4), GraphEdge(from: 3, to: 4),
      GraphEdge(from: 4, to: 5),
    ])

  static let fork = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "both", kind: .parallel), GraphNode(id: 2, label: "charge", kind: .external),
      GraphNode(id: 3, label: "pack", kind: .timer), GraphNode(id: 4, label: "send mail", kind: .service),
      GraphNode(id: 5, label: "merge", kind: .parallel), GraphNode(id: 6, label: "end", kind: .end),
    ],
    edges: [
      GraphEdge(from: 1, to: 2), GraphEdge(from: 1, to: 3), GraphEdge(from: 1, to: 4), GraphEdge(from: 2, to: 5),
      GraphEdge(from: 3, to: 5), GraphEdge(from: 4, to: 5), GraphEdge(from: 5, to: 6),
    ])

  static let loop = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "prepare", kind: .service), GraphNode(id: 2, label: "poll", kind: .service),
      GraphNode(id: 3, label: "ready?", kind: .exclusive), GraphNode(id: 4, label: "use", kind: .service),
      GraphNode(id: 5, label: "end", kind: .end),
    ],
    edges: [
      GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3), GraphEdge(from: 3, to: 4, label: "yes"),
      GraphEdge(from: 3, to: 2, label: "no"), GraphEdge(from: 4, to: 5),
    ])

  static let boundary = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "reserve", kind: .service), GraphNode(id: 2, label: "charge", kind: .external),
      GraphNode(id: 21, label: "after 1h", kind: .boundaryTimer, attachedTo: 2, interrupting: false),
      GraphNode(id: 22, label: "DECLINED", kind: .boundaryError, attachedTo: 2),
      GraphNode(id: 23, label: "BUSY", kind: .boundaryError, attachedTo: 2),
      GraphNode(id: 3, label: "ship", kind: .service), GraphNode(id: 4, label: "remind", kind: .service),
      GraphNode(id: 5, label: "refused", kind: .endError), GraphNode(id: 6, label: "end", kind: .end),
    ],
    edges: [
      GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3), GraphEdge(from: 21, to: 4), GraphEdge(from: 22, to: 5),
      GraphEdge(from: 23, to: 1), GraphEdge(from: 3, to: 6), GraphEdge(from: 4, to: 6),
    ])

  static let nested = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "reserve", kind: .service), GraphNode(id: 2, label: "payment", kind: .subprocess),
      GraphNode(id: 20, label: "after 1d", kind: .boundaryTimer, attachedTo: 2),
      GraphNode(id: 21, label: "charge", kind: .external, parent: 2),
      GraphNode(id: 22, label: "check", kind: .exclusive, parent: 2),
      GraphNode(id: 23, label: "fraud review", kind: .subprocess, parent: 2),
      GraphNode(id: 231, label: "ask bank", kind: .service, parent: 23),
      GraphNode(id: 232, label: "decide", kind: .user, parent: 23),
      GraphNode(id: 24, label: "paid", kind: .end, parent: 2), GraphNode(id: 3, label: "ship", kind: .service),
      GraphNode(id: 4, label: "give up", kind: .endError), GraphNode(id: 5, label: "end", kind: .end),
    ],
    edges: [
      GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3), GraphEdge(from: 3, to: 5), GraphEdge(from: 20, to: 4),
      GraphEdge(from: 21, to: 22), GraphEdge(from: 22, to: 23, label: "risk > 7"),
      GraphEdge(from: 22, to: 24, isDefault: true), GraphEdge(from: 23, to: 24), GraphEdge(from: 231, to: 232),
    ])

  static let order = GraphModel(
    nodes: [
      GraphNode(id: 1, label: "reserve", kind: .service), GraphNode(id: 2, label: "check", kind: .exclusive),
      GraphNode(id: 3, label: "approve", kind: .user),
      GraphNode(id: 31, label: "after 1h", kind: .boundaryTimer, attachedTo: 3, interrupting: false),
      GraphNode(id: 32, label: "REJECTED", kind: .boundaryError, attachedTo: 3),
      GraphNode(id: 4, label: "both", kind: .parallel), GraphNode(id: 5, label: "charge", kind: .external),
      GraphNode(id: 6, label: "pack", kind: .timer), GraphNode(id: 7, label: "merge", kind: .parallel),
      GraphNode(id: 8, label: "remind", kind: .service), GraphNode(id: 9, label: "refused", kind: .endError),
      GraphNode(id: 10, label: "end", kind: .end),
    ],
    edges: [
      GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3, label: "amount > 1000"),
      GraphEdge(from: 2, to: 4, isDefault: true), GraphEdge(from: 31, to: 8), GraphEdge(from: 32, to: 9),
      GraphEdge(from: 3, to: 4), GraphEdge(from: 4, to: 5), GraphEdge(from: 4, to: 6), GraphEdge(from: 5, to: 7),
      GraphEdge(from: 6, to: 7), GraphEdge(from: 7, to: 10), GraphEdge(from: 8, to: 10),
    ])

  /// An order in the middle of its way: it waits for approval, and the reminder's timer runs.
  static let orderBadges: [Int: GraphBadge] = [
    1: GraphBadge(passed: true), 2: GraphBadge(passed: true), 3: GraphBadge(tokens: 1), 31: GraphBadge(timers: 1),
  ]
}
