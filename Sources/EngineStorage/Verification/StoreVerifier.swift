import EngineCore
import EngineRuntime

/// Goes through a store and says what is not as it must be.
///
/// The idea: history is the truth about an instance. Folding it through `apply`, which is all that ever changes an
/// instance, must give what the tables hold; and what the tables hold must fulfil the invariants of the engine. It
/// reads one instance after the other, so it needs little memory whatever the size of the store, and changes nothing.
/// What cannot be read is a finding like others, and everything else is looked at all the same. On a store with a live
/// engine, counters are only compared when they stood still meanwhile.
public struct StoreVerifier: Sendable {
  private let store: any VerifiableStore

  /// How many instances are read in one transaction.
  private static let page = 100

  /// Makes a verifier.
  public init(_ store: any VerifiableStore) { self.store = store }

  /// All findings. For tests and small stores.
  public func findings() throws(StoreFailure) -> [StoreFinding] {
    var findings: [StoreFinding] = []
    try verify { findings.append($0) }
    return findings
  }

  /// Goes through the whole store and hands on what it finds, as it finds it. Says how many instances there are.
  ///
  /// - Parameter note: Called for each instance that an engine has marked as corrupted, before what is found in it.
  @discardableResult
  public func verify(
    _ report: (StoreFinding) -> Void, note: (CorruptionMark) -> Void = { _ in }
  ) throws(StoreFailure) -> Int {
    guard try store.damage(report) else {
      report(StoreFinding(nil, "instances were not looked at, because their tables are not as this sagatop makes them"))
      return 0
    }
    try StoreFinding.unlessDamaged("the start timers", report) { () throws(StoreFailure) in
      try store.read { (rows) throws(StoreFailure) in try checkStartTimers(rows, report) }
    }
    let before = try counters()
    var counted = Tallies()
    try StoreFinding.unlessDamaged("the instances behind these", report) { () throws(StoreFailure) in
      var known = KnownDefinitions()
      var last: InstanceID? = InstanceID(.min)
      while let place = last { last = try page(after: place, &known, &counted, report, note) }
    }
    // Who cannot be read cannot be counted.
    if let before, counted.unreadable == 0, try counters() == before { counted.compare(with: before, report) }
    return counted.instances + counted.unreadable
  }

  /// Nil where they cannot be read, which is found with the other rows of the store.
  private func counters() throws(StoreFailure) -> [CountRow]? {
    do throws(StoreFailure) {
      let rows = try store.read { (rows) throws(StoreFailure) in try rows.counts() }
      return rows.sorted { ($0.definition, $0.state.rawValue) < ($1.definition, $1.state.rawValue) }
    } catch {
      guard error.kind == .corrupt else { throw error }
      return nil
    }
  }

  /// Looks at the instances behind one and says which was the last; nil when there are no more.
  private func page(
    after instance: InstanceID, _ known: inout KnownDefinitions, _ counted: inout Tallies,
    _ report: (StoreFinding) -> Void, _ note: (CorruptionMark) -> Void
  ) throws(StoreFailure) -> InstanceID? {
    var found: [(mark: CorruptionMark?, findings: [StoreFinding])] = []
    let last = try store.read { (rows) throws(StoreFailure) in
      let ids = try rows.instances(after: instance, limit: Self.page)
      let epoch = try rows.epoch()
      for id in ids {
        var verification = InstanceVerification(id: id, epoch: epoch)
        let tally = try verification.run(rows, &known)
        if let tally { counted.add(tally) } else { counted.unreadable += 1 }
        found.append((verification.mark, verification.findings))
      }
      return ids.last
    }
    for (mark, findings) in found {
      if let mark { note(mark) }
      for finding in findings { report(finding) }
    }
    return last
  }

  private func checkStartTimers(_ rows: any StoreRows, _ report: (StoreFinding) -> Void) throws(StoreFailure) {
    var known = KnownDefinitions()
    for timer in try rows.startTimers() {
      guard let sentence = try fault(of: timer, &known, rows) else { continue }
      report(StoreFinding(nil, "start timer \(timer.place) of process \(timer.key) \(sentence)"))
    }
  }

  private func fault(
    of timer: StartTimer, _ known: inout KnownDefinitions, _ rows: any StoreRows
  ) throws(StoreFailure) -> String? {
    let name = "names definition \(timer.definition)"
    switch try known.find(timer.definition, rows) {
    case .unreadable: return nil
    case .missing: return "\(name), which does not exist"
    case .readable(let definition):
      guard definition.key == timer.key else { return "\(name), which is one of process \(definition.key)" }
      guard definition.startEvents.indices.contains(timer.place),
        case .timer = definition.startEvents[timer.place].trigger
      else { return "\(name), which has no start event with a timer in that place" }
      return nil
    }
  }
}

/// What the instances amount to, held against the counters.
private struct Tallies {
  private var counted: [DefinitionID: [InstanceState: CountChange]] = [:]
  private(set) var instances = 0
  /// How many instances are left out, because their rows cannot be read.
  var unreadable = 0

  mutating func add(_ tally: InstanceTally) {
    instances += 1
    counted[tally.definition, default: [:]][tally.state, default: CountChange()].add(tally, times: 1)
  }

  func compare(with rows: [CountRow], _ report: (StoreFinding) -> Void) {
    var missing = counted
    for row in rows {
      let truth = missing[row.definition]?.removeValue(forKey: row.state) ?? CountChange()
      if truth != row.counted { self.report(row.definition, row.state, row.counted, truth, report) }
    }
    for (definition, states) in missing.sorted(by: { $0.key < $1.key }) {
      for (state, truth) in states.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        self.report(definition, state, CountChange(), truth, report)
      }
    }
  }

  private func report(
    _ definition: DefinitionID, _ state: InstanceState, _ counted: CountChange, _ truth: CountChange,
    _ report: (StoreFinding) -> Void
  ) {
    report(
      StoreFinding(
        nil,
        """
        the counters of definition \(definition) say \(counted.sentence) are \(state.name), \
        but there are \(truth.sentence)
        """))
  }
}

extension CountChange {
  fileprivate var sentence: String {
    "\(instances) instances (\(suspended) suspended, \(withIncidents) with \(incidents) incidents)"
  }
}
