/// A part of an expression, and where it stands in the source (offsets into its UTF-8).
struct ExpressionNode: Sendable {
  let kind: Kind
  let start: Int
  let end: Int

  /// What a part is. Operators of the same rank form one flat chain, so that long sums do not nest.
  indirect enum Kind: Sendable {
    case literal(Value)
    case variable(String)
    case list([ExpressionNode])
    case context([(name: String, node: ExpressionNode)])
    /// A value followed by `.name` and `[…]`.
    case postfix(ExpressionNode, [PostfixStep])
    case negation(ExpressionNode)
    case arithmetic(ExpressionNode, [ArithmeticStep])
    case conjunction([ExpressionNode])
    case disjunction([ExpressionNode])
    case comparison(ComparisonOperator, ExpressionNode, ExpressionNode, offset: Int)
    case between(ExpressionNode, low: ExpressionNode, high: ExpressionNode, offset: Int)
    case membership(ExpressionNode, [UnaryTest], offset: Int)
    case conditional(ExpressionNode, then: ExpressionNode, otherwise: ExpressionNode)
    case quantified(Quantifier, [Iteration], satisfies: ExpressionNode)
    case iteration([Iteration], body: ExpressionNode)
    case call(Builtin, [ExpressionNode])
  }

  enum PostfixStep: Sendable {
    case member(String)
    case filter(ExpressionNode)
  }

  struct ArithmeticStep: Sendable {
    let operation: ArithmeticOperator
    let operand: ExpressionNode
    let offset: Int
  }

  enum ArithmeticOperator: Sendable {
    case add, subtract, multiply, divide, power

    /// The word for sentences such as "cannot add".
    var verb: String {
      switch self {
      case .add: "add"
      case .subtract: "subtract"
      case .multiply: "multiply"
      case .divide: "divide"
      case .power: "raise"
      }
    }
  }

  enum ComparisonOperator: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  }

  enum Quantifier: Sendable {
    case some, every
  }

  /// One of the tests after `in`.
  enum UnaryTest: Sendable {
    case comparison(ComparisonOperator, ExpressionNode, offset: Int)
    case range(Range)
    /// A value that equals, or a list that contains.
    case value(ExpressionNode)
  }

  struct Range: Sendable {
    let low: ExpressionNode
    let high: ExpressionNode
    let includesLow: Bool
    let includesHigh: Bool
    let offset: Int
  }

  /// `name in source` of `for`, `some` and `every`.
  struct Iteration: Sendable {
    let name: String
    let source: Source

    enum Source: Sendable {
      case list(ExpressionNode)
      case range(Range)
    }
  }
}
