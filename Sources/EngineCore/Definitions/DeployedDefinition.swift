/// A definition as it stands in a store: with its number, its version and the folder its commands are looked up in.
///
/// It never changes. It is an object because every step hands it on.
public final class DeployedDefinition: Sendable, Hashable {
  /// Unique in the store.
  public let id: DefinitionID
  /// Ascending from 1 per key.
  public let version: Int
  /// The graph.
  public let definition: ProcessDefinition
  /// Where relative commands of `exec` are looked up: the folder of the deployed file.
  public let folder: String
  /// When it was deployed.
  public let deployedAt: Timestamp
  /// `order-fulfilment@3`
  public let title: String

  /// Describes a deployed version.
  public init(id: DefinitionID, version: Int, definition: ProcessDefinition, folder: String, deployedAt: Timestamp) {
    self.id = id
    self.version = version
    self.definition = definition
    self.folder = folder
    self.deployedAt = deployedAt
    title = "\(definition.key)@\(version)"
  }

  /// Whether everything about them is the same.
  public static func == (left: DeployedDefinition, right: DeployedDefinition) -> Bool {
    left === right
      || left.id == right.id && left.version == right.version && left.deployedAt == right.deployedAt
        && left.folder == right.folder && left.definition == right.definition
  }

  /// By identifier and version: there are no two of them in one store.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(version)
  }
}
