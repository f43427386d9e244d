import EngineCore
import EngineRuntime

/// Says which instances a filter means, on instances that are at hand. Stores with a query language say the same in it;
/// the contract suite holds them to each other.
package struct FilterMatcher: Sendable {
  private let filter: InstanceFilter
  private let now: Timestamp

  package init(_ filter: InstanceFilter, now: Timestamp) {
    self.filter = filter
    self.now = now
  }

  package func matches(_ instance: ProcessInstance, _ deployed: DeployedDefinition) -> Bool {
    filter.words.allSatisfy { matches($0, instance, deployed) }
  }

  private func matches(
    _ word: InstanceFilter.Word, _ instance: ProcessInstance, _ deployed: DeployedDefinition
  ) -> Bool {
    switch word {
    case .state(let state): return instance.state == state
    case .hasIncident: return !instance.incidents.isEmpty
    case .isSuspended: return instance.isSuspended
    case .definition(let key, let version):
      return deployed.definition.key == key && (version.map { deployed.version == $0 } ?? true)
    case .key(let prefix): return instance.businessKey?.utf8.starts(with: prefix.utf8) ?? false
    case .node(let node): return instance.tokens.contains { deployed.definition.name(of: $0.node) == node }
    case .error(let text):
      return instance.incidents.contains { $0.code == text || $0.message.contains(folded: text) }
    case .variable(let name, let text):
      return instance.variables[.root][name].map { Self.texts(text).contains($0.jsonText) } ?? false
    case .age(let side, let length): return Self.holds(now - instance.createdAt, side, length)
    case .changed(let side, let length): return Self.holds(now - instance.updatedAt, side, length)
    case .due(let side, let length):
      guard let due = instance.timers.map(\.due).min() else { return false }
      return Self.holds(due - now, side, length)
    case .text(let text):
      return Int64(text) == instance.id.rawValue || (instance.businessKey?.contains(folded: text) ?? false)
        || instance.tokens.contains { deployed.definition.name(of: $0.node).contains(folded: text) }
    }
  }

  private static func holds(_ length: Duration, _ side: InstanceFilter.Comparison, _ limit: Duration) -> Bool {
    switch side {
    case .less: length < limit
    case .greater: length > limit
    }
  }

  /// The JSON texts of the values that are written like this: `5` is a number and a text.
  package static func texts(_ text: String) -> [String] {
    let quoted = Value.string(text).jsonText
    guard let plain = try? Value(json: text) else { return [quoted] }
    switch plain {
    case .null, .boolean, .number: return [plain.jsonText, quoted]
    case .string, .list, .context: return [quoted]
    }
  }
}

extension String {
  /// Whether a text occurs, whatever the case of its ASCII letters.
  package func contains(folded text: String) -> Bool {
    let needle = text.foldedUTF8
    if needle.isEmpty { return true }
    let hay = foldedUTF8
    guard needle.count <= hay.count else { return false }
    return (0...(hay.count - needle.count)).contains { hay[$0..<($0 + needle.count)].elementsEqual(needle) }
  }

  private var foldedUTF8: [UInt8] {
    utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }
}
