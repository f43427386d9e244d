import EngineCore

/// The instances that an engine has at hand; the store is the truth.
///
/// Two generations: what was not used while the young one filled up is forgotten. Looking up and forgetting are O(1).
struct InstanceCache {
  private var young: [InstanceID: ProcessInstance] = [:]
  private var old: [InstanceID: ProcessInstance] = [:]
  private let capacity: Int

  init(capacity: Int) { self.capacity = max(capacity / 2, 1) }

  /// Takes an instance out, so that a step is the only owner of what it changes. Put it back with `put`.
  mutating func take(_ id: InstanceID) -> ProcessInstance? {
    young.removeValue(forKey: id) ?? old.removeValue(forKey: id)
  }

  /// An instance as it is, left where it is.
  func peek(_ id: InstanceID) -> ProcessInstance? { young[id] ?? old[id] }

  mutating func put(_ instance: ProcessInstance) {
    if young.count >= capacity {
      old = young
      young = [:]
    }
    young[instance.id] = instance
  }

  mutating func forget(_ id: InstanceID) {
    young[id] = nil
    old[id] = nil
  }

  mutating func forgetAll() {
    young = [:]
    old = [:]
  }
}
