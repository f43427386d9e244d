/// A definition as it stands in a store: with its number, its version and the folder its commands are looked up in.
public struct DeployedDefinition: Sendable, Hashable {
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

  /// Describes a deployed version.
  public init(id: DefinitionID, version: Int, definition: ProcessDefinition, folder: String, deployedAt: Timestamp) {
    self.id = id
    self.version = version
    self.definition = definition
    self.folder = folder
    self.deployedAt = deployedAt
  }

  /// `order-fulfilment@3`
  public var title: String { "\(definition.key)@\(version)" }
}
