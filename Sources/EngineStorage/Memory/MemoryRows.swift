import EngineCore
import EngineRuntime

/// The store traits in memory. Lists over all instances look at every one of them: this is a store for tests,
/// simulators and short runs.
///
/// Not thread-safe: `MemoryStore` lets one at a time in.
final class MemoryRows {
  typealias StoredInstance = MemoryTables.StoredInstance

  private(set) var tables = MemoryTables()
  /// What undoes the transaction at hand, in order.
  private var journal: [(inout MemoryTables) -> Void] = []
  private var journaledInstances: Set<InstanceID> = []

  /// Begins a transaction.
  func begin() {
    journal = []
    journaledInstances = []
  }

  /// Undoes everything since the beginning of the transaction.
  func rollBack() {
    for undo in journal.reversed() { undo(&tables) }
    begin()
  }

  /// Changes one place of the tables so that it can be undone.
  func set<Part>(_ place: WritableKeyPath<MemoryTables, Part>, _ value: Part) {
    let before = tables[keyPath: place]
    journal.append { $0[keyPath: place] = before }
    tables[keyPath: place] = value
  }

  /// Changes the rows of one instance so that it can be undone.
  func change(_ id: InstanceID, _ change: (inout StoredInstance) -> Void) throws(StoreFailure) {
    guard var stored = tables.instances[id] else {
      throw StoreFailure(.corrupt, path: MemoryStore.name, "a row of instance \(id), which does not exist")
    }
    if journaledInstances.insert(id).inserted {
      let before = stored
      journal.append { $0.instances[id] = before }
    }
    tables.instances[id] = nil
    change(&stored)
    tables.instances[id] = stored
  }

  /// Inserts or removes all rows of one instance so that it can be undone.
  func replace(_ id: InstanceID, by stored: StoredInstance?) {
    let before = tables.instances[id]
    journal.append { $0.instances[id] = before }
    journaledInstances.insert(id)
    tables.instances[id] = stored
  }

  func stored(_ id: InstanceID) -> StoredInstance? { tables.instances[id] }
}

extension Array where Element: Identifiable, Element.ID: Comparable {
  /// Writes an element in its place, new or not.
  mutating func put(_ element: Element) {
    let index = firstIndex { $0.id >= element.id } ?? endIndex
    if index < endIndex, self[index].id == element.id {
      self[index] = element
    } else {
      insert(element, at: index)
    }
  }
}
