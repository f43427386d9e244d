/// Names of rules that a program adds.
extension DefinitionValidator {
  mutating func check(_ custom: CustomNode, at node: NodeIndex) {
    guard !custom.handler.isEmpty else {
      report(.unknownHandler, node, detail: "custom", "\(name(node)) names no rule")
      return
    }
    guard let nodes = extensions?.nodes else { return }
    guard let handler = nodes[custom.handler] else {
      reportUnknown(custom.handler, kind: "the rule", of: node, among: nodes.keys.sorted())
      return
    }
    if let sentence = handler.validate(configuration: custom.configuration) {
      report(.unknownHandler, node, detail: "with", "\(name(node)): \(sentence)")
    }
  }

  mutating func checkRule(of retry: RetryPolicy, at node: NodeIndex) {
    guard let rule = retry.rule, let retries = extensions?.retries, retries[rule] == nil else { return }
    reportUnknown(rule, kind: "the retry policy", of: node, among: retries.keys.sorted())
  }

  private mutating func reportUnknown(_ wanted: String, kind: String, of node: NodeIndex, among known: [String]) {
    let hint =
      Spelling.nearest(to: wanted, in: known).map { "Did you mean \($0.inBackticks)?" }
      ?? (known.isEmpty
        ? "A program that embeds the engine can register one."
        : "Known are \(known.map(\.inBackticks).joined(separator: ", ")).")
    report(
      .unknownHandler, node, detail: wanted,
      "\(name(node)) wants \(kind) \(wanted.inBackticks), which nobody has registered", hint: hint)
  }
}
