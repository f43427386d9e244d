/// A value in which strings that begin with `=` are expressions: what definitions write as inputs and outputs.
///
///     {customer: "=order.customer", tags: ["new", "=upper case(region)"], note: "==not an expression"}
///
/// A literal `=` at the beginning is written twice.
public enum ValueTemplate: Sendable, Hashable {
  /// A value without any expression in it.
  case literal(Value)
  /// A value to be calculated.
  case expression(Expression)
  /// A list with an expression somewhere in it.
  case list([ValueTemplate])
  /// A context with an expression somewhere in it, ascending by name.
  case context([Entry])

  /// One name with its template.
  public struct Entry: Sendable, Hashable {
    /// The name.
    public let name: String
    /// What its value will be.
    public let template: ValueTemplate
  }

  /// Finds the expressions in a value and reads them.
  public init(_ value: Value) throws(ExpressionError) {
    switch value {
    case .null, .boolean, .number: self = .literal(value)
    case .string(let text): self = try Self.read(text)
    case .list(let elements):
      var templates: [ValueTemplate] = []
      for element in elements { templates.append(try ValueTemplate(element)) }
      self = Self.folded(templates)
    case .context(let context):
      var entries: [Entry] = []
      for entry in context.entries {
        entries.append(Entry(name: entry.name, template: try ValueTemplate(entry.value)))
      }
      self = Self.folded(entries)
    }
  }

  /// The value as it was written, with its `=`.
  public var source: Value {
    switch self {
    case .literal(let value): Self.escaped(value)
    case .expression(let expression): .string("=" + expression.source)
    case .list(let templates): .list(templates.map(\.source))
    case .context(let entries): .context(Self.context(entries) { $0.source })
    }
  }

  /// All expressions in it, from left to right and by name.
  public var expressions: [Expression] {
    switch self {
    case .literal: []
    case .expression(let expression): [expression]
    case .list(let templates): templates.flatMap(\.expressions)
    case .context(let entries): entries.flatMap(\.template.expressions)
    }
  }

  /// The value with every expression replaced by its result.
  public func evaluate(in scope: some VariableScope) throws(ExpressionError) -> Value {
    switch self {
    case .literal(let value): return value
    case .expression(let expression): return try expression.evaluate(in: scope)
    case .list(let templates):
      var elements: [Value] = []
      for template in templates { elements.append(try template.evaluate(in: scope)) }
      return .list(elements)
    case .context(let entries):
      var context = Context()
      for entry in entries { context[entry.name] = try entry.template.evaluate(in: scope) }
      return .context(context)
    }
  }

  private static func read(_ text: String) throws(ExpressionError) -> ValueTemplate {
    guard text.utf8.first == UInt8(ascii: "=") else { return .literal(.string(text)) }
    let rest = String(text.dropFirst())
    return rest.utf8.first == UInt8(ascii: "=") ? .literal(.string(rest)) : .expression(try Expression(rest))
  }

  private static func folded(_ templates: [ValueTemplate]) -> ValueTemplate {
    let literals = templates.compactMap(\.literal)
    return literals.count == templates.count ? .literal(.list(literals)) : .list(templates)
  }

  private static func folded(_ entries: [Entry]) -> ValueTemplate {
    guard entries.allSatisfy({ $0.template.literal != nil }) else { return .context(entries) }
    return .literal(.context(context(entries) { $0.literal ?? .null }))
  }

  private static func context(_ entries: [Entry], _ value: (ValueTemplate) -> Value) -> Context {
    var context = Context()
    for entry in entries { context[entry.name] = value(entry.template) }
    return context
  }

  private var literal: Value? {
    if case .literal(let value) = self { value } else { nil }
  }

  private static func escaped(_ value: Value) -> Value {
    switch value {
    case .null, .boolean, .number: return value
    case .string(let text): return text.utf8.first == UInt8(ascii: "=") ? .string("=" + text) : value
    case .list(let elements): return .list(elements.map { escaped($0) })
    case .context(let context):
      var escapedContext = Context()
      for entry in context.entries { escapedContext[entry.name] = escaped(entry.value) }
      return .context(escapedContext)
    }
  }
}

extension ValueTemplate: Codable {
  /// Reads the value as it was written.
  public init(from decoder: any Decoder) throws {
    do {
      try self.init(Value(from: decoder))
    } catch let error as ExpressionError {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  /// Writes the value as it was written.
  public func encode(to encoder: any Encoder) throws { try source.encode(to: encoder) }
}
