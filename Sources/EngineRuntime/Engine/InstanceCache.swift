import EngineCore

/// The instances that an engine has at hand; the store is the truth.
///
/// Two generations: what was not used while the young one filled up is forgotten. Looking up and forgetting are O(1).
struct InstanceCache {
  private var young: [InstanceID: ProcessInstance] = [:]
  private var old: [InstanceID: ProcessInstance] = [:]
  private let capacity: Int

  init(capacity: Int) { self.capacity = max(capacity / 2, 1) }

  /// An instance that is at hand; it counts as used.
  mutating func find(_ id: InstanceID) -> ProcessInstance? {
    if let found = young[id] { return found }
    guard let found = old.removeValue(forKey: id) else { return nil }
    put(found)
    return found
  }

  /// The version of an instance that is at hand; it does not count as used.
  func version(of id: InstanceID) -> Int64? { young[id]?.version ?? old[id]?.version }

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
