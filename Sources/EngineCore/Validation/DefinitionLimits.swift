/// How large a process definition may be. The checks of its graph cost up to the square of its nodes.
public enum DefinitionLimits {
  /// The most nodes, boundary events included.
  public static let nodes = 1_000
  /// The most sequence flows.
  public static let flows = 4_000
  /// How deeply subprocesses may lie inside each other.
  public static let nesting = 16
  /// The most characters of a key or an identifier.
  public static let identifierLength = 80
  /// The most attempts of a retry policy.
  public static let attempts = 1_000
  /// The longest time that a definition may name, a hundred years; more overflows the arithmetic of dates.
  public static let longestDuration = Duration.seconds(36_525 * 86_400)
}
