import EngineCore

/// Which change set each variable that an instance has now.
package struct VariableOrigins: Sendable, Hashable {
  /// What set a variable.
  package enum Cause: Sendable, Hashable {
    /// The instance was started with it.
    case start
    /// A node's outputs.
    case node(NodeIndex, TokenID)
    /// The inputs of a subprocess, when it was opened.
    case subprocess(NodeIndex)
    /// An operator, or a program that acts as one.
    case operatorCommand(user: String?)
  }

  /// A change with its place in history.
  package struct Origin: Sendable, Hashable {
    package let sequence: Int64
    package let at: Timestamp
    package let cause: Cause
  }

  private struct Key: Hashable {
    var scope: ScopeID
    var name: String
  }

  // Looked up only, never iterated.
  private var origins: [Key: Origin] = [:]

  /// Reads a history. O(history).
  package init(_ detail: InstanceDetail) {
    for (index, entry) in detail.history.enumerated() {
      switch entry.event {
      case .variablesChanged(let scope, let changes):
        let cause = Self.cause(of: changes, at: index, in: detail)
        for change in changes {
          origins[Key(scope: scope, name: change.name)] =
            Origin(sequence: entry.sequence, at: entry.at, cause: cause)
        }
      default: break
      }
    }
  }

  /// The last change of a variable; nil where it lies before the history at hand.
  package func origin(of name: String, in scope: ScopeID) -> Origin? {
    origins[Key(scope: scope, name: name)]
  }

  /// Outputs are set right behind the completion of their node, inputs right behind the start of their scope, all in
  /// one unit. What stands behind neither was set from outside.
  private static func cause(of changes: [VariableChange], at index: Int, in detail: InstanceDetail) -> Cause {
    let history = detail.history
    let definition = detail.deployed.definition
    var before = index - 1
    while before >= 0, history[before].at == history[index].at {
      switch history[before].event {
      case .variablesChanged, .tokenWaiting:
        before -= 1
        continue
      case .processStarted: return .start
      case .scopeEntered(_, let node, _, _, _): return .subprocess(node)
      case .tokenSkipped(let token, let node, _): return .node(node, token)
      case .tokenCompleted(let token, let node, _):
        let outputs = definition.node(node)?.activity?.outputs ?? []
        guard changes.allSatisfy({ change in outputs.contains { $0.target == change.name } }) else { break }
        return .node(node, token)
      default: break
      }
      break
    }
    let command = detail.commands.first { $0.verb == "set" && $0.decidedAt == history[index].at }
    return .operatorCommand(user: command?.issuer.user)
  }
}
