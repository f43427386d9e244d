import EngineCore
import EngineRuntime

/// Goes through a store and says what is not as it must be.
///
/// The idea: history is the truth about an instance. Folding it through `apply`, which is all that ever changes an
/// instance, must give what the tables hold; and what the tables hold must fulfil the invariants of the engine. It reads
/// one instance after the other, so it needs little memory whatever the size of the store, and changes nothing. On a
/// store with a live engine, counters are only compared when they stood still meanwhile.
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
  @discardableResult
  public func verify(_ report: (StoreFinding) -> Void) throws(StoreFailure) -> Int {
    for sentence in try store.damage() { report(StoreFinding(nil, sentence)) }
    let before = try counters()
    var counted = Tallies()
    var last = InstanceID(.min)
    while true {
      let (next, number) = try page(after: last, &counted, report)
      guard number > 0 else { break }
      last = next
    }
    let after = try counters()
    if before == after { counted.compare(with: after, report) }
    return counted.instances
  }

  private func counters() throws(StoreFailure) -> [CountRow] {
    let rows = try store.read { (rows) throws(StoreFailure) in try rows.counts() }
    return rows.sorted { ($0.definition, $0.state.rawValue) < ($1.definition, $1.state.rawValue) }
  }

  private func page(
    after instance: InstanceID, _ counted: inout Tallies, _ report: (StoreFinding) -> Void
  ) throws(StoreFailure) -> (InstanceID, Int) {
    var found: [StoreFinding] = []
    var tallies = counted
    let result = try store.read { (rows) throws(StoreFailure) in
      let ids = try rows.instances(after: instance, limit: Self.page)
      let epoch = try rows.epoch()
      for id in ids {
        var verification = InstanceVerification(id: id, epoch: epoch)
        if let tally = try verification.run(rows) { tallies.add(tally) }
        found += verification.findings
      }
      return (ids.last ?? instance, ids.count)
    }
    counted = tallies
    for finding in found { report(finding) }
    return result
  }
}

/// What the instances amount to, held against the counters.
private struct Tallies {
  private var counted: [DefinitionID: [InstanceState: CountChange]] = [:]
  private(set) var instances = 0

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
