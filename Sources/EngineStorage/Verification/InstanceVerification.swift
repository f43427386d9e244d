import EngineCore
import EngineRuntime

/// Verifies one instance: its history, its tables against its history, and its invariants.
///
/// A row that cannot be read is a finding, and what does not need it is looked at all the same.
struct InstanceVerification {
  let id: InstanceID
  /// The epoch of the lease.
  let epoch: Int64
  private(set) var names = RowNames(definition: nil)
  private(set) var findings: [StoreFinding] = []
  /// That an engine has marked it, and why.
  private(set) var mark: CorruptionMark?

  init(id: InstanceID, epoch: Int64) {
    self.id = id
    self.epoch = epoch
  }

  /// Finds what is wrong, and says what the instance counts as; nil where that cannot be read.
  mutating func run(_ rows: any StoreRows, _ known: inout KnownDefinitions) throws(StoreFailure) -> InstanceTally? {
    let id = id
    let found = try readable { (_) throws(StoreFailure) in try rows.row(of: id) }
    guard let row = found else { return nil }
    switch try known.find(row.tally.definition, rows) {
    case .readable(let definition): names = RowNames(definition: definition)
    case .unreadable: break
    case .missing: find("its definition \(row.tally.definition) is missing")
    }
    let units = try readable { (verification) throws(StoreFailure) in try verification.units(row, rows) }
    let stored = try readable { (_) throws(StoreFailure) in try rows.loadInstance(id, looksEverywhere: true) }
    if let units {
      mark = Self.mark(in: units, of: row)
      follow(units, of: row, against: stored)
    }
    if let stored {
      if row.tally != InstanceTally(stored) {
        find("its row says \(row.tally.sentence), its tables say \(InstanceTally(stored).sentence)")
      }
      checkInvariants(of: stored)
      try checkCalls(of: stored, rows)
      try checkHold(of: row, rows)
    }
    if let units {
      checkOutbox(try rows.outbox(of: id), published: try rows.published(of: id), units.flatMap(\.entries))
    }
    return row.tally
  }

  mutating func find(_ message: String) { findings.append(StoreFinding(id, message)) }

  /// Reads something; that it cannot be read is a finding, which names the instance once.
  private mutating func readable<Result>(
    _ read: (inout InstanceVerification) throws(StoreFailure) -> Result?
  ) throws(StoreFailure) -> Result? {
    do throws(StoreFailure) {
      return try read(&self)
    } catch {
      guard error.kind == .corrupt else { throw error }
      let prefix = "instance \(id): "
      let message = error.message.replacing(" of instance \(id):", with: ":")
      find(message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message)
      return nil
    }
  }

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
      guard unit.previous.rawValue < position.rawValue else {
        find(
          """
          row \(position.rawValue) of its history names row \(unit.previous.rawValue) as the one before it, \
          which must be an earlier one
          """)
        break
      }
      position = unit.previous
    }
    if units.count < row.version { find("its version is \(row.version), but its history has \(units.count) units") }
    return units.reversed()
  }

  private static func mark(in units: [HistoryUnit], of row: InstanceRow) -> CorruptionMark? {
    guard row.isCorrupted else { return nil }
    for entry in units.lazy.flatMap(\.entries) {
      guard case .processCorrupted(let reason) = entry.event else { continue }
      return CorruptionMark(row.id, row.tally.state, at: entry.at, reason: reason)
    }
    return nil
  }

  /// Folds the history and holds the result against the tables, where those could be read.
  private mutating func follow(_ units: [HistoryUnit], of row: InstanceRow, against stored: ProcessInstance?) {
    let start = units.first?.entries.first?.at ?? row.createdAt
    var folded = ProcessInstance(id: id, definition: row.tally.definition, createdAt: start)
    var rules = names.definition.map(HistoryRules.init)
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
    guard let stored else { return }
    for difference in Differences(stored: stored, folded: folded, names: names).sentences { find(difference) }
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
