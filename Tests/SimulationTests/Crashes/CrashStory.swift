import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit

/// What the store says about one instance beside what its handlers have noted.
struct CrashStory {
  private let definition: ProcessDefinition
  private let instance: ProcessInstance
  private let events: [ProcessEvent]
  private let lines: [WorkLog.Line]

  init(of id: InstanceID, _ rows: any StoreRows, _ log: [WorkLog.Line]) throws(StoreFailure) {
    guard let row = try rows.row(of: id), let instance = try rows.loadInstance(id),
      let deployed = try rows.definition(instance.definition)
    else { throw StoreFailure(.corrupt, path: "store", "instance \(id) is not whole") }
    self.instance = instance
    definition = deployed.definition
    lines = log.filter { $0.instance == id.rawValue }
    var units: [HistoryUnit] = []
    var position = row.history
    while position != .none, let unit = try rows.unit(at: position) {
      units.append(unit)
      position = unit.previous
    }
    events = units.reversed().flatMap { $0.entries.map(\.event) }
  }

  /// What was lost, done twice or done in the wrong order.
  func mistakes(kills: Int) -> [String] {
    var mistakes = lostWork + repeatedWork(kills: kills) + orderOfUndoing
    if !instance.state.isEnd { mistakes.append("it is \(instance.state.name)") }
    return mistakes
  }

  private func name(_ node: NodeIndex) -> String { definition[node].id }

  private func isHandled(_ node: NodeIndex) -> Bool { definition[node].activity != nil }

  /// Success is never assumed: what is recorded as completed was noted as done, and once only.
  private var lostWork: [String] {
    var mistakes: [String] = []
    var completed: Set<TokenID> = []
    for case .tokenCompleted(let token, let node, let mode) in events where isHandled(node) {
      if !completed.insert(token).inserted { mistakes.append("token \(token) completed twice") }
      if !lines.contains(where: { !$0.isBegin && $0.node == name(node) && $0.mode == mode.name }) {
        mistakes.append("\(name(node)) (\(mode.name)) is recorded as completed, but was not done")
      }
    }
    let steps = events.filter { if case .tokenCompleted(_, let node, .forward) = $0 { isHandled(node) } else { false } }
    if instance.state == .completed, steps.count != 5 { mistakes.append("it completed with \(steps.count) steps") }
    return mistakes
  }

  /// A step runs again only if it was in flight when the process died, under the same key and a higher attempt.
  private func repeatedWork(kills: Int) -> [String] {
    var mistakes: [String] = []
    var last: [String: (key: String, attempt: Int)] = [:]
    for line in lines where line.isBegin {
      let step = "\(line.node) (\(line.mode))"
      if let before = last[step] {
        if before.key != line.key { mistakes.append("\(step) ran under two keys") }
        if line.attempt <= before.attempt {
          mistakes.append("attempt \(line.attempt) of \(step) ran after attempt \(before.attempt)")
        }
      }
      last[step] = (line.key, line.attempt)
    }
    var recoveries = 0
    for case .tokenReady(_, .recovery) in events { recoveries += 1 }
    // Two branches at most are in flight at once.
    if recoveries > kills * 2 { mistakes.append("\(recoveries) steps were in flight in \(kills) crashes") }
    for (step, run) in last.sorted(by: { $0.key < $1.key }) {
      let failures = step.hasPrefix("flaky (forward") ? 1 : 0
      if run.attempt - 1 - failures > recoveries { mistakes.append("\(step) took \(run.attempt) attempts") }
    }
    return mistakes
  }

  /// Undoing is in strict reverse: none begins before the one before it is done, and no forward work comes after it.
  private var orderOfUndoing: [String] {
    var mistakes: [String] = []
    var recorded: [String] = []
    for case .compensationRecorded(let node, _, _, _, _, _) in events { recorded.append(name(node)) }
    var undone: [String] = []
    for line in lines where line.isBegin && line.mode == "compensation" && undone.last != line.node {
      undone.append(line.node)
    }
    let expected: [String] = instance.state == .compensated ? recorded.reversed() : []
    if instance.state.isEnd, undone != expected { mistakes.append("undone were \(undone), recorded \(recorded)") }
    let first = lines.firstIndex { $0.mode == "compensation" } ?? lines.endIndex
    if lines[first...].contains(where: { $0.mode == "forward" }) { mistakes.append("forward work ran after undoing") }
    return mistakes
  }
}
