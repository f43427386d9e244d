/// How an activity or a subprocess is executed more than once (BPMN 2.0, 10.2.8).
public enum LoopDefinition: Sendable, Hashable, Codable {
  /// Again and again while a condition holds.
  case standard(StandardLoop)
  /// Once for each of a number of items.
  case multiInstance(MultiInstance)
}

/// Repeats while a condition holds. Inside, `loopCounter` is the number of the iteration, from 1.
public struct StandardLoop: Sendable, Hashable, Codable {
  /// Whether there is another iteration.
  public var condition: Expression
  /// Whether the condition is looked at before the first iteration (`while`) or only after it (`repeat`).
  public var testsBefore: Bool
  /// How many iterations there are at most; nil leaves it to the engine's own limit.
  public var maximum: Int?

  /// Makes a loop.
  public init(condition: Expression, testsBefore: Bool = true, maximum: Int? = nil) {
    self.condition = condition
    self.testsBefore = testsBefore
    self.maximum = maximum
  }
}

/// Executes once for each item of a list, or a number of times. Inside, `loopCounter` is the number of the instance,
/// from 1.
public struct MultiInstance: Sendable, Hashable, Codable {
  /// What it is executed for.
  public var items: Items
  /// Whether one instance begins only when the one before it has completed.
  public var isSequential: Bool
  /// What is gathered of each instance; nil gathers nothing.
  public var output: Output?
  /// When no more instances are needed: looked at whenever one completes; the others are then ended.
  public var completionCondition: Expression?

  /// What a multi-instance activity is executed for.
  public enum Items: Sendable, Hashable, Codable {
    /// Each element of a list, under a name.
    case collection(Expression, item: String)
    /// A number of times.
    case count(Expression)
  }

  /// What is gathered of the instances.
  public struct Output: Sendable, Hashable, Codable {
    /// The value of one instance, evaluated when it completes.
    public var element: Expression
    /// The variable that gets the list of all values, in the order of the items.
    public var collection: String

    /// Makes an output.
    public init(element: Expression, collection: String) {
      self.element = element
      self.collection = collection
    }
  }

  /// Makes a multi-instance loop.
  public init(
    items: Items, isSequential: Bool = false, output: Output? = nil, completionCondition: Expression? = nil
  ) {
    self.items = items
    self.isSequential = isSequential
    self.output = output
    self.completionCondition = completionCondition
  }
}
