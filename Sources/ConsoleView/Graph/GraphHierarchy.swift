/// The scopes of a model: which nodes lie in which subprocess, which events sit on which host, and which flow belongs
/// to which scope.
///
/// Everything is named by index into the model's arrays from here on. What the model says wrongly (an unknown parent, a
/// circle of parents, an event on an event) counts as not said, so that every model has a picture.
struct GraphHierarchy {
  /// A flow between two members of one scope.
  struct Flow: Equatable {
    /// The member that it leaves.
    var source: Int
    /// The boundary event of the source that it leaves by; the source itself otherwise.
    var exit: Int
    /// The member that it enters.
    var target: Int
    /// The edge of the model.
    var edge: Int
  }

  let model: GraphModel
  /// The enclosing subprocess of each node.
  private(set) var parents: [Int?]
  /// The host of each boundary event.
  private(set) var hosts: [Int?]
  /// The members of each scope in document order: by subprocess, and the top scope last.
  private(set) var members: [[Int]]
  /// The boundary events of each node in document order.
  private(set) var boundaries: [[Int]]
  /// The flows of each scope in document order, numbered like `members`.
  private(set) var flows: [[Flow]]
  /// Whether any flow leaves by the node: boundary events without one need no line.
  private(set) var hasExit: [Bool]

  /// The number of the top scope.
  var top: Int { model.nodes.count }

  init(_ model: GraphModel) {
    self.model = model
    let count = model.nodes.count
    let indexes = Dictionary(
      model.nodes.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    hosts = model.nodes.indices.map { index in
      guard let host = model.nodes[index].attachedTo.flatMap({ indexes[$0] }), host != index else { return nil }
      return model.nodes[host].attachedTo == nil ? host : nil
    }
    parents = Self.parents(of: model, indexes: indexes, hosts: hosts)
    members = Array(repeating: [], count: count + 1)
    boundaries = Array(repeating: [], count: count)
    flows = Array(repeating: [], count: count + 1)
    hasExit = Array(repeating: false, count: count)
    for index in model.nodes.indices {
      if let host = hosts[index] {
        boundaries[host].append(index)
      } else {
        members[parents[index] ?? count].append(index)
      }
    }
    for (edge, ends) in model.edges.enumerated() {
      guard let from = indexes[ends.from], let to = indexes[ends.to] else { continue }
      let (scope, flow) = lifted(from: from, to: to, edge: edge)
      flows[scope].append(flow)
      hasExit[flow.exit] = true
    }
  }

  private static func parents(of model: GraphModel, indexes: [Int: Int], hosts: [Int?]) -> [Int?] {
    let said: [Int?] = model.nodes.map { $0.parent.flatMap { indexes[$0] } }
    return said.indices.map { index in
      guard hosts[index] == nil, let parent = said[index], hosts[parent] == nil else { return nil }
      // A circle of parents never reaches the top; every member of it goes to the top scope.
      var above: Int? = parent
      for _ in said.indices {
        guard let next = above, next != index else { break }
        above = said[next]
      }
      return above == nil ? parent : nil
    }
  }

  /// The flow in the innermost scope that has both ends: an end that lies deeper is lifted to its subprocess.
  private func lifted(from: Int, to: Int, edge: Int) -> (scope: Int, flow: Flow) {
    let below = enclosing(from)
    let above = enclosing(to)
    for start in below {
      guard let end = above.first(where: { $0.scope == start.scope }) else { continue }
      let exit = hosts[from] == start.member ? from : start.member
      return (start.scope, Flow(source: start.member, exit: exit, target: end.member, edge: edge))
    }
    preconditionFailure("edge \(edge): the top scope encloses every node")
  }

  /// The scopes around a node from the innermost to the top, each with its member that holds the node.
  private func enclosing(_ index: Int) -> [(scope: Int, member: Int)] {
    var member = hosts[index] ?? index
    var chain = [(scope: Int, member: Int)]()
    while let parent = parents[member] {
      chain.append((parent, member))
      member = parent
    }
    chain.append((top, member))
    return chain
  }
}
