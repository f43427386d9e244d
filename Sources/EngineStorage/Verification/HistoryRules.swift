import EngineCore

/// What of the order of events `apply` cannot know, because it reads no definition and no past.
///
/// The problem: a history can fold to its tables and still tell a story that the engine must never tell: a branch that
/// nobody sent, a step that can be undone but left no record, records undone in the wrong order. The idea: go along the
/// history once, with the instance as it was before each event, and hold every event against the definition and against
/// what came before. `verify` does so for a whole store, the simulator after every commit.
package struct HistoryRules {
  let definition: ProcessDefinition
  /// What the present unit has still to account for.
  var unit = UnitAccount()
  /// What each run has undone, or is undoing, in order.
  var undone: [RunID: [RecordID]] = [:]
  /// What the run that was over last undid.
  var lastExtent: CompensationExtent?
  /// The highest epoch under which a step was begun.
  var highestEpoch: Int64 = 0
  private(set) var sentences: [String] = []

  /// Makes the rules for the history of one instance.
  package init(definition: ProcessDefinition) { self.definition = definition }

  /// Holds the next event against everything before it.
  package mutating func note(_ entry: HistoryEntry, before instance: ProcessInstance) {
    if let sentence = suspensionBroken(by: entry.event, instance) { find(sentence) }
    noteTokens(entry.event, instance)
    noteFlows(entry.event, instance)
    noteCompensation(entry.event, instance)
  }

  /// Ends a unit of work and says what was wrong with it.
  package mutating func endUnit(after instance: ProcessInstance) -> [String] {
    closeFlows(instance)
    for record in unit.missingRecords { find("step \(record) can be undone, but completed without a record") }
    for outcome in unit.replayed where isStillOpen(outcome, instance) {
      find("the outcome of token \(outcome.token) was stored while it was suspended, and lost on resume")
    }
    for note in unit.noted where isStillAtWork(note.token, note.attempt, instance) {
      find("attempt \(note.attempt) of token \(note.token) noted something, but nothing came of it")
    }
    unit = UnitAccount()
    defer { sentences = [] }
    return sentences
  }

  mutating func find(_ sentence: String) { sentences.append(sentence) }

  func name(of node: NodeIndex) -> String { definition.name(of: node) }

  func name(of record: RecordID, _ instance: ProcessInstance) -> String {
    RowNames(definition: definition).record(record, instance)
  }

  private func isStillOpen(_ outcome: UnitAccount.Replayed, _ instance: ProcessInstance) -> Bool {
    guard let token = instance.token(outcome.token) else { return false }
    return token.state == outcome.state && token.wait == outcome.wait && token.attempt == outcome.attempt
  }

  private func isStillAtWork(_ token: TokenID, _ attempt: Int, _ instance: ProcessInstance) -> Bool {
    guard let live = instance.token(token), live.state == .executing, live.attempt == attempt else { return false }
    return !instance.deferred.contains { $0.token == token }
  }

  /// A suspended instance advances nothing.
  private func suspensionBroken(by event: ProcessEvent, _ instance: ProcessInstance) -> String? {
    guard instance.isSuspended else { return nil }
    switch event {
    case .tokenArrived(let arrival): return "a token came to \(name(of: arrival.node)) while it was suspended"
    case .tokenClaimed(let token, _, _): return "token \(token) was begun while it was suspended"
    case .tokenCompleted(let token, _, _): return "token \(token) completed while it was suspended"
    case .timerFired(let timer): return "timer \(timer) fired while it was suspended"
    case .subscriptionTriggered(let subscription, _):
      return "subscription \(subscription) got something while it was suspended"
    case .compensationTokenCreated(_, _, let record, _, _):
      return "record \(record) was begun to be undone while it was suspended"
    default: return nil
    }
  }
}

/// What a unit of work has still to account for while its events are followed.
struct UnitAccount {
  /// An outcome that was stored while the instance was suspended, with the token as it was then.
  struct Replayed {
    let token: TokenID
    let state: TokenState
    let wait: WaitReason?
    let attempt: Int
  }

  /// One way along which a completed node may send a token.
  struct Way: Hashable {
    let scope: ScopeID
    let node: NodeIndex
    /// The one flow; nil when the node chooses among its flows.
    let flow: FlowIndex?
  }

  /// A node that a token may enter without a flow: a start, a boundary event.
  struct Entrance: Hashable {
    let scope: ScopeID
    let node: NodeIndex
  }

  /// How many tokens each way still owes; below zero is found at once.
  var ways: [Way: Int] = [:]
  var entrances: [Entrance: Int] = [:]
  /// How often the instance has started without a token at a start.
  var starts = 0
  /// Gateways that have chosen in this unit and may take several of their flows.
  var generous: Set<NodeIndex> = []
  /// Whether tokens were ended from outside: what they owed is then void.
  var hasEndedTokens = false
  /// Forward tokens that have completed and left no record so far.
  var completed: [TokenID] = []
  /// Those of them whose completion must leave a record, in order.
  var missingRecords: [TokenID] = []
  var replayed: [Replayed] = []
  /// Attempts that said something, which is kept with what came of them.
  var noted: [(token: TokenID, attempt: Int)] = []
}
