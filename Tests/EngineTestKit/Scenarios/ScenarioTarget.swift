import EngineCore
import EngineRuntime

/// What a command means by a node.
struct ScenarioTarget {
  let instance: InstanceID
  let node: String
  let mode: TokenMode
  /// Which of several open ones, from 0.
  let position: Int
  /// The live tokens there, in order.
  let tokens: [Token]
  /// The words of the command after the node.
  let restOfWords: [String]

  /// As it is written in scripts.
  var title: String {
    switch mode {
    case .forward: node
    case .compensation: "undo \(node)"
    case .probe: "probe \(node)"
    }
  }
}

extension ScenarioRunner {
  /// The instance that a command means.
  func instance(_ command: ScenarioCommand) throws -> InstanceID {
    try command.number("in").map { InstanceID(Int64($0)) } ?? current
  }

  /// The node that a command means: `charge`, `undo charge`, `probe charge`, `charge#2`, `2:charge`.
  func target(_ command: ScenarioCommand) throws -> ScenarioTarget {
    var words = command.words
    var mode = TokenMode.forward
    if words.count > 1, let other = ["undo": TokenMode.compensation, "probe": .probe][words[0]] {
      mode = other
      words.removeFirst()
    }
    guard let first = words.first else { throw command.place.error("`\(command.name)` needs a node") }
    var name = first[...]
    var id = try instance(command)
    if let colon = name.firstIndex(of: ":"), let number = Int64(name[..<colon]) {
      id = InstanceID(number)
      name = name[name.index(after: colon)...]
    }
    var position = 0
    if let hash = name.firstIndex(of: "#") {
      guard let number = Int(name[name.index(after: hash)...]), number > 0 else {
        throw command.place.error("`\(first)` is no node: write the second of several open ones as NODE#2")
      }
      position = number - 1
      name = name[..<hash]
    }
    let node = String(name)
    guard let definition = try definition(of: id), let index = definition.index(of: node) else {
      throw command.place.error("instance \(id) has no node `\(node)`")
    }
    var all =
      try theStage().instance(id)?.tokens.filter { token in
        token.node == index && (mode == .probe ? token.isProbing : token.mode == mode)
      } ?? []
    // Of a loop, its iterations are meant.
    let inner = all.filter { token in
      if case .scope? = token.wait { false } else { true }
    }
    if !inner.isEmpty { all = inner }
    return ScenarioTarget(
      instance: id, node: node, mode: mode, position: position, tokens: all, restOfWords: Array(words.dropFirst()))
  }

  /// The token that a command means; one that is no longer there is the last one of its node.
  func token(_ command: ScenarioCommand) throws -> (instance: InstanceID, token: TokenID) {
    let target = try target(command)
    if let token = target.tokens.dropFirst(target.position).first { return (target.instance, token.id) }
    for entry in (try theStage().histories[target.instance] ?? []).reversed() {
      let (token, node, mode): (TokenID, NodeIndex, TokenMode)
      switch entry.event {
      case .tokenArrived(let arrival): (token, node, mode) = (arrival.token, arrival.node, .forward)
      case .compensationTokenCreated(let undoing, _, _, let undone, _):
        (token, node, mode) = (undoing, undone, .compensation)
      default: continue
      }
      if mode == (target.mode == .probe ? .forward : target.mode),
        try definition(of: target.instance)?[node].id == target.node
      {
        return (target.instance, token)
      }
    }
    throw command.place.error("no token ever came to \(target.title)")
  }

  /// The timer that a command means: that of a token at a node, or of a boundary event.
  func timer(_ command: ScenarioCommand) throws -> TimerID {
    let id = try instance(command)
    let name = try command.word(0, "a node")
    guard let definition = try definition(of: id), let instance = try theStage().instance(id) else {
      throw command.place.error("there is no instance \(id)")
    }
    let found = instance.timers.first { timer in
      if let event = timer.kind.event { return definition[event].id == name }
      return instance.token(timer.token).map { definition[$0.node].id == name } ?? (name == "grace")
    }
    guard let found else { throw command.place.error("no timer is pending at `\(name)`") }
    return found.id
  }
}
