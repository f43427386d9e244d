/// A number that names one thing of one kind, so that a token's number is never taken for a timer's.
public protocol Identifier: RawRepresentable, Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The plain number.
  var rawValue: Int64 { get }
  /// Wraps a plain number.
  init(rawValue: Int64)
}

extension Identifier {
  /// Wraps a plain number.
  public init(_ rawValue: Int64) { self.init(rawValue: rawValue) }
  /// Whether one was given out before another.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  /// The number in decimal digits.
  public var description: String { String(rawValue) }
}

/// A process instance; unique in its store, ascending in order of creation.
public struct InstanceID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A deployed version of a process definition; unique in its store.
public struct DefinitionID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A token; unique within its instance. It is also the name of one run of one activity.
public struct TokenID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

extension TokenID {
  /// No token: what belongs to an instance as a whole, such as a grace timer.
  public static let none = TokenID(rawValue: 0)
}

/// One entry into a subprocess; unique within its instance. Zero is the instance itself.
public struct ScopeID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
  /// The outermost scope: the process instance itself.
  public static let root = ScopeID(rawValue: 0)
}

/// A timer; unique within its instance.
public struct TimerID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A compensation record; unique within its instance. Its number is the history sequence of the completion it records,
/// so records sort in the order in which their steps completed.
public struct RecordID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A compensation run; unique within its instance.
public struct RunID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

extension RunID {
  /// No run: the grace of an instance that is being cancelled.
  public static let none = RunID(rawValue: 0)
}

/// An incident; unique within its instance.
public struct IncidentID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A subscription; unique within its instance.
public struct SubscriptionID: Identifier {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}
