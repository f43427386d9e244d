/// Gives a variable the value of a template.
public struct Mapping: Sendable, Hashable, Codable {
  /// The variable that is set.
  public let target: String
  /// What it is set to.
  public let template: ValueTemplate

  /// Makes a mapping.
  public init(target: String, template: ValueTemplate) {
    self.target = target
    self.template = template
  }

  /// The targets with their values. All templates see the same variables; of equal targets the last one holds.
  public static func evaluate(
    _ mappings: [Mapping], in scope: some VariableScope
  ) throws(ExpressionError) -> Context {
    var results = Context()
    for mapping in mappings { results[mapping.target] = try mapping.template.evaluate(in: scope) }
    return results
  }
}
