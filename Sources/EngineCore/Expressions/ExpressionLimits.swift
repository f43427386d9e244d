/// What one expression may cost. No input gets beyond these, so no expression can crash the engine or hold it up.
public enum ExpressionLimits {
  /// The longest source, in bytes of UTF-8.
  public static let sourceBytes = 64 * 1024
  /// How deeply brackets, calls and signs may lie inside each other.
  public static let nesting = 100
  /// The steps of one evaluation. Each part of an expression, each element of a list and each `bytesPerStep` bytes
  /// of text that an operation goes through count as one; a step takes well under a microsecond.
  public static let steps = 250_000
  /// The bytes of text that cost as much as one step.
  public static let bytesPerStep = 64
  /// What raising to a power costs.
  public static let stepsPerPower = 32
}
