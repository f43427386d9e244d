/// What is wrong with the configuration of a handler, in a sentence that says what to write instead.
public struct ConfigurationMistake: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// Makes a mistake from its sentence.
  public init(_ description: String) { self.description = description }
}
