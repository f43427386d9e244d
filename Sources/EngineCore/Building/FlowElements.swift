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

  /// An end that cancels the transaction around it: what it did is undone, and its cancel event goes off.
  public static func cancel(_ id: String) -> End {
    End(id).with { $0.kind = .end(.cancel) }
  }

  /// An end that first undoes completed steps of its scope: all, or those of one activity or subprocess.
  public static func compensate(_ id: String, _ activity: String? = nil) -> End {
    End(id).with { $0.kind = .compensationEnd(activity: activity) }
  }
}

/// Undoes completed steps of its own scope, and goes on when that is done.
public struct Undo: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Undoes all steps that can be undone, or those of one activity or subprocess.
  public init(_ id: String, _ activity: String? = nil) {
    draft = NodeDraft(id: id, kind: .compensationThrow(activity: activity))
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

/// A transaction: a subprocess that a cancel end inside it undoes and leaves through its cancel event.
public struct Transaction: ScopeElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A transaction; its block is like that of a process.
  public init(
    _ id: String, saga: SagaPolicy = .none, start: String? = nil, @ProcessBuilder nodes: () -> [NodeDraft]
  ) {
    let scope = ScopeDraft(start: start, nodes: nodes(), isTransaction: true)
    draft = NodeDraft(id: id, kind: .subprocess(scope, inputs: [], saga: saga, compensation: nil))
  }

  /// Leads elsewhere when it has been cancelled and undone.
  public func onCancel(next target: String) -> Self {
    with { $0.events.append(EventDraft(trigger: .cancel, target: target)) }
  }
}

/// A node whose rule the program registers as a `NodeHandler`.
public struct Custom: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A rule by its name; `with` configures it, and strings in it that begin with `=` are expressions.
  ///
  /// - Parameter targets: the nodes that it leads to; with none, the next one of the block.
  public init(_ id: String, rule: String, with configuration: Value = .null, to targets: String...) {
    draft = NodeDraft(
      id: id, kind: .custom(CustomNode(handler: rule)), branches: targets.map { BranchDraft(to: $0) })
    change { custom throws(ExpressionError) in custom.configuration = try ValueTemplate(configuration) }
  }

  /// Keeps something of the `result` under a name.
  public func output(_ name: String, _ value: Value) -> Self {
    var copy = self
    copy.change { custom throws(ExpressionError) in
      custom.outputs.append(Mapping(target: name, template: try ValueTemplate(value)))
    }
    return copy
  }

  private mutating func change(_ change: (inout CustomNode) throws(ExpressionError) -> Void) {
    guard case .custom(var custom) = draft.kind else { return }
    do {
      try change(&custom)
    } catch {
      draft.report(error)
    }
    draft.kind = .custom(custom)
  }
}
