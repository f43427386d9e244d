import EngineCore

/// That a deployed version is suspended, or goes on again, and how far its instances have followed.
public struct DefinitionHold: Sendable, Hashable {
  /// The deployed version.
  public let definition: DefinitionID
  /// Whether it is suspended; false while its instances are being resumed.
  public var isSuspended: Bool
  /// The instances up to this one have followed; nil when all have.
  public var cursor: InstanceID?

  /// Describes a row.
  public init(definition: DefinitionID, isSuspended: Bool, cursor: InstanceID?) {
    self.definition = definition
    self.isSuspended = isSuspended
    self.cursor = cursor
  }

  /// Whether nothing is left to be remembered.
  public var isOver: Bool { !isSuspended && cursor == nil }
}
