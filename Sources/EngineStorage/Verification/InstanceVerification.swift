import EngineCore
import EngineRuntime

/// Verifies one instance: its history, its tables against its history, and its invariants.
struct InstanceVerification {
  let id: InstanceID
  /// The epoch of the lease.
  let epoch: Int64
  private(set) var findings: [StoreFinding] = []

  init(id: InstanceID, epoch: Int64) {
    self.id = id
    self.epoch = epoch
  }

  /// Finds what is wrong, and says what the instance counts as.
  mutating func run(_ rows: any StoreRows) throws(StoreFailure) -> InstanceTally? {
    guard let row = try rows.row(of: id) else { return nil }
    let stored: ProcessInstance
    let units: [HistoryUnit]
    do throws(StoreFailure) {
      guard let loaded = try rows.loadInstance(id, looksEverywhere: true) else { return nil }
      stored = loaded
      units = try self.units(row, rows)
    } catch {
      guard error.kind == .corrupt else { throw error }
      find(error.message)
      return row.tally
    }
    let definition = try rows.definition(stored.definition)?.definition
    if definition == nil { find("its definition \(stored.definition) is missing") }
    if row.tally != InstanceTally(stored) {
      find("its row says \(row.tally.sentence), its tables say \(InstanceTally(stored).sentence)")
    }
    compare(units, stored, definition)
    checkInvariants(of: stored)
    checkOutbox(
      try rows.outbox(of: id), published: try rows.published(of: id), units.flatMap(\.entries), definition)
    return row.tally
  }

  mutating func find(_ message: String) { findings.append(StoreFinding(id, message)) }

  /// The units of its history, oldest first.
  private mutating func units(_ row: InstanceRow, _ rows: any StoreRows) throws(StoreFailure) -> [HistoryUnit] {
    var units: [HistoryUnit] = []
    var position = row.history
    while position != .none {
      guard let unit = try rows.unit(at: position) else {
        find("row \(position.rawValue) of its history is missing")
        break
      }
      guard unit.instance == id else {
        find("row \(position.rawValue) of its history belongs to instance \(unit.instance)")
        break
      }
      guard units.count < row.version else {
        find("its history has more units than its version \(row.version) says")
        break
      }
      units.append(unit)
      position = unit.previous
    }
    if units.count < row.version { find("its version is \(row.version), but its history has \(units.count) units") }
    return units.reversed()
  }

  /// Folds the history and holds the result against the tables.
  private mutating func compare(
    _ units: [HistoryUnit], _ stored: ProcessInstance, _ definition: ProcessDefinition?
  ) {
    var folded = ProcessInstance(id: id, definition: stored.definition, createdAt: stored.createdAt)
    var rules = definition.map(HistoryRules.init)
    for unit in units {
      var broken: Rejection?
      for entry in unit.entries where broken == nil {
        rules?.note(entry, before: folded)
        do throws(Rejection) {
          try apply(entry, to: &folded)
        } catch {
          broken = error
        }
      }
      let last = unit.entries.last?.sequence ?? 0
      for sentence in rules?.endUnit(after: folded) ?? [] { find("events up to \(last): \(sentence)") }
      if let broken {
        find("its history cannot be followed: \(broken.message)")
        return
      }
    }
    for difference in Differences(stored: stored, folded: folded).sentences { find(difference) }
  }
}

extension InstanceTally {
  fileprivate var sentence: String {
    let words = [
      state.name, isSuspended ? "suspended" : nil, isExecuting ? "executing" : nil, "\(incidents) incidents",
    ]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}
