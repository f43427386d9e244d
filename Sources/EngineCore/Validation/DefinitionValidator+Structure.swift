extension DefinitionValidator {
  mutating func checkSize() {
    if definition.nodes.count > DefinitionLimits.nodes {
      report(.tooLarge, nil, "it has \(definition.nodes.count) nodes, and \(DefinitionLimits.nodes) are allowed")
    }
    if definition.flows.count > DefinitionLimits.flows {
      report(.tooLarge, nil, "it has \(definition.flows.count) flows, and \(DefinitionLimits.flows) are allowed")
    }
  }

  /// Checks that every index names something and every node lies where its parent says. What comes from a reader or
  /// from Swift keeps this by itself; what comes from stored text may not.
  mutating func checkStructure() {
    guard !definition.nodes.isEmpty else {
      report(.noStart, nil, "the process has no nodes", hint: "A process begins at its first node.")
      return
    }
    for index in definition.nodes.indices {
      let node = NodeIndex(rawValue: index)
      if let parent = definition[node].parent {
        guard isSubprocess(parent) else {
          report(.brokenGraph, node, "\(name(node)) lies inside of something that is no subprocess")
          continue
        }
        guard nesting(of: node) <= DefinitionLimits.nesting else {
          report(.tooLarge, node, "\(name(node)) lies in more than \(DefinitionLimits.nesting) subprocesses")
          continue
        }
      }
      checkReferences(of: node)
    }
    for flow in definition.flows where !exists(flow.source) || !exists(flow.target) {
      report(.brokenGraph, nil, "a flow has no node at one of its ends")
    }
    checkStart(definition.start, of: nil)
  }

  private mutating func checkReferences(of node: NodeIndex) {
    switch definition[node].kind {
    case .subprocess(let subprocess): checkStart(subprocess.start, of: node)
    case .exclusiveGateway(let defaultFlow?), .inclusiveGateway(let defaultFlow?):
      if !definition[node].outgoing.contains(defaultFlow) {
        report(.brokenGraph, node, "the default of \(name(node)) is no flow that leaves it")
      }
    case .boundary(let boundary):
      guard exists(boundary.host) else {
        report(.brokenGraph, node, "\(name(node)) watches a node that does not exist")
        return
      }
      if definition[boundary.host].parent != definition[node].parent {
        report(.brokenGraph, node, "\(name(node)) does not lie in the scope of the node that it watches")
      }
    case .throwEvent(.compensation(let activity?)), .end(.throwing(.compensation(let activity?))):
      if !exists(activity) { report(.brokenGraph, node, "\(name(node)) undoes a node that does not exist") }
    case .start, .end, .activity, .exclusiveGateway(nil), .inclusiveGateway(nil), .parallelGateway, .eventGateway,
      .catchEvent, .throwEvent, .custom:
      break
    }
  }

  private mutating func checkStart(_ start: NodeIndex, of scope: NodeIndex?) {
    guard exists(start), definition[start].parent == scope else {
      report(.noStart, scope, "\(title(of: scope)) has no first node")
      return
    }
    if case .boundary = definition[start].kind {
      report(.noStart, start, "\(title(of: scope)) begins with the boundary event \(name(start))")
    }
    if case .subprocess(let subprocess) = definition[start].kind, subprocess.event != nil {
      report(
        .noStart, start, "\(title(of: scope)) begins with the event subprocess \(name(start))",
        hint: "Begin with the node that is to come first.")
    }
  }

  private func exists(_ node: NodeIndex) -> Bool { definition.nodes.indices.contains(node.rawValue) }

  private func isSubprocess(_ node: NodeIndex) -> Bool {
    guard exists(node), case .subprocess = definition[node].kind else { return false }
    return true
  }

  /// In how many subprocesses a node lies; stops counting when there are too many, so that a ring of parents ends.
  private func nesting(of node: NodeIndex) -> Int {
    var depth = 0
    var parent = definition[node].parent
    while let current = parent, exists(current), depth <= DefinitionLimits.nesting {
      depth += 1
      parent = definition[current].parent
    }
    return depth
  }

  mutating func checkNames() {
    if !definition.key.isDefinitionName {
      report(.badIdentifier, nil, "\(definition.key.inBackticks) cannot be the key of a process", hint: String.nameHint)
    }
    var seen: Set<String> = []
    for index in definition.nodes.indices {
      let node = NodeIndex(rawValue: index)
      let id = definition[node].id
      // A point stands in the names that are derived: the end of a subprocess, a boundary event of a node.
      if !id.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ String($0).isDefinitionName }) {
        report(.badIdentifier, node, "\(name(node)) cannot be the name of a node", hint: String.nameHint)
      }
      if !seen.insert(id).inserted {
        report(.duplicateID, node, "two nodes have the name \(name(node))", hint: "Give one of them another name.")
      }
    }
  }
}

extension String {
  static let nameHint =
    "Names are made of letters, digits, - and _, at most \(DefinitionLimits.identifierLength) of them."

  /// Whether the text can name a process or a node.
  package var isDefinitionName: Bool {
    guard !isEmpty, unicodeScalars.count <= DefinitionLimits.identifierLength, let first, first != "-" else {
      return false
    }
    return allSatisfy(\.mayStandInName)
  }

  /// A code or a name from outside as it can stand behind a prefix in a derived name, `exit-65` for `exit 65`. Half of
  /// what a name may have is left to it.
  var asPartOfName: String {
    let scalars = unicodeScalars.prefix(DefinitionLimits.identifierLength / 2)
    return String(String(String.UnicodeScalarView(scalars)).map { $0.mayStandInName ? $0 : "-" })
  }
}

extension Character {
  /// Whether a name may have it.
  fileprivate var mayStandInName: Bool { isLetter || isNumber || self == "-" || self == "_" }
}
