import EngineCore

/// What the engine does when it meets a broken invariant: the instance is marked, once, and nothing but an operator
/// moves it from then on. All others go on.
extension EngineLoop {
  /// Why an instance that was not at hand cannot be stepped; nil when it can.
  func mismatch(of instance: ProcessInstance, _ deployed: DeployedDefinition, _ command: InstanceCommand) -> String? {
    guard !instance.isCorrupted, instance.version > 0, cache.version(of: instance.id) == nil,
      command.meetsDamage(in: instance)
    else { return nil }
    return instance.mismatch(in: deployed.definition)
  }

  /// Marks the instance that a source has met, and handles the source once more after that: whoever asked is told then.
  func mark(_ id: InstanceID, _ reason: String, met source: Batch.Source, _ batch: inout Batch) {
    takeUpAgain(source)
    handle(.broken(id, reason), &batch)
  }

  /// Tells that a unit has marked its instance, once it is durable.
  func tellMark(_ unit: UnitOfWork) {
    guard unit.instance.isCorrupted else { return }
    for case .processCorrupted(let reason) in unit.entries.map(\.event) {
      observer?.noticed(.corrupted(unit.instance.id, reason: reason))
    }
  }
}
