/// Takes the first branch whose condition holds.
public struct Choose: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A choice between branches.
  public init(_ id: String, @BranchBuilder branches: () -> [ChoiceBranch]) {
    draft = NodeDraft(id: id, kind: .choice)
    draft.add(branches())
  }
}

extension NodeDraft {
  fileprivate mutating func add(_ list: [ChoiceBranch]) {
    for branch in list {
      switch branch.role {
      case .success(let role): branches.append(BranchDraft(to: branch.target, role))
      case .failure(let error): report(error)
      }
    }
  }
}

/// Goes along all branches at once, or along every one whose condition holds.
public struct Fork: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A fork to nodes.
  public init(_ id: String, to targets: String...) {
    draft = NodeDraft(id: id, kind: .fork, branches: targets.map { BranchDraft(to: $0) })
  }

  /// A fork to every branch whose condition holds, and to the one that is taken when none does. Join them with
  /// `Join(_, .taken)`.
  public init(_ id: String, @BranchBuilder branches: () -> [ChoiceBranch]) {
    draft = NodeDraft(id: id, kind: .fork)
    draft.add(branches())
  }
}

/// Waits for branches that lead to it.
public struct Join: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A join of all branches that lead to it, or of those that were taken.
  public init(_ id: String, _ branches: JoinedBranches = .all) { draft = NodeDraft(id: id, kind: .join(branches)) }
}

/// Waits for a time.
public struct Wait: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Waits for a fixed time.
  public init(_ id: String, for delay: Duration) { draft = NodeDraft(id: id, kind: .wait(.delay(delay))) }

  /// Waits for a duration or until a date that an expression gives.
  public init(_ id: String, until expression: String) {
    draft = NodeDraft(id: id, kind: .wait(.delay(.zero)))
    do {
      draft.kind = .wait(.expression(try Expression(expression.withoutEqualsSign)))
    } catch {
      draft.report(error)
    }
  }
}

/// An end; a plain one needs no element, `next("end")` leads to it.
public struct End: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// An end that ends the token alone.
  public init(_ id: String) { draft = NodeDraft(id: id, kind: .end(.plain)) }

  /// An end that throws an error out of its scope.
  public init(_ id: String, error code: String) { draft = NodeDraft(id: id, kind: .end(.error(code: code))) }

  /// An end that ends every token of its scope.
  public static func terminate(_ id: String) -> End {
    End(id).with { $0.kind = .end(.terminate) }
  }
}

/// A subprocess: a scope with nodes, variables and a saga of its own.
public struct Scope: ScopeElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A subprocess; its block is like that of a process.
  public init(
    _ id: String, saga: SagaPolicy = .none, start: String? = nil, @ProcessBuilder nodes: () -> [NodeDraft]
  ) {
    draft = NodeDraft(
      id: id,
      kind: .subprocess(ScopeDraft(start: start, nodes: nodes()), inputs: [], saga: saga, compensation: nil))
  }
}
