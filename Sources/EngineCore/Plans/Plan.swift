/// What the engine would do if a verb were carried out now: computed by the same step, from the instance as it is.
public struct Plan: Sendable, Hashable {
  /// The instance.
  public let target: InstanceID
  /// Its version; carrying the plan out checks it.
  public let version: Int64
  /// The verb in words, e.g. `retry charge`.
  public let title: String
  /// What would happen, most important first.
  public let lines: [PlanLine]

  /// Makes a plan.
  public init(target: InstanceID, version: Int64, title: String, lines: [PlanLine]) {
    self.target = target
    self.version = version
    self.title = title
    self.lines = lines
  }
}

/// One consequence of a plan.
public struct PlanLine: Sendable, Hashable {
  /// What kind of consequence it is.
  public let kind: Kind
  /// The consequence in words.
  public let text: String

  /// What kind of consequence a line tells.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// Something that is going on ends.
    case ends
    /// Something new comes into being.
    case creates
    /// A timer or task is removed.
    case cancels
    /// A handler will run.
    case runs
    /// State or variables change.
    case changes
    /// Something the operator should know.
    case note
  }

  /// Makes a line.
  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}
