import EngineCore
import EngineRuntime
import EngineStorage

/// Runs one instance of a grown process in the engine and in the reference interpreter at the same time, along a path
/// that a second seed chooses, and stops at the first thing of which they do not say the same.
///
///     if let disagreement = try Lockstep(processSeed: 3, pathSeed: 14).run() { Issue.record(disagreement.description) }
///
/// The engine is the real loop on a store in memory. The path decides what handlers, workers and people report and in
/// which order, when time passes, what operators do, and when the engine dies. After `Lockstep.wildActions` actions the
/// world outside behaves, and the instance must come to its end.
package final class Lockstep {
  private let processSeed: UInt64
  private let pathSeed: UInt64
  private let process: RandomProcess
  private var path: RandomPath
  private let stage: EngineStage
  private let model: ReferenceInterpreter
  private var names = LeafNames()
  private var trace: [PathAction] = []
  /// How many handlers run at once; which of them waits for room is the engine's business.
  private let slots: Int
  private static let instance = InstanceID(1)

  /// After this many actions nothing goes wrong any more.
  package static let wildActions = 60
  /// After this many an instance that is still alive is taken for one that never ends.
  private static let mostActions = 400

  private let deployed: ProcessDefinition

  /// Prepares a run.
  ///
  /// - Parameter change: makes something else of the definition that the engine gets, to see that this is noticed.
  package init(
    processSeed: UInt64, pathSeed: UInt64, change: (inout ProcessDefinition) -> Void = { _ in }
  ) throws {
    self.processSeed = processSeed
    self.pathSeed = pathSeed
    process = RandomProcess(seed: processSeed)
    var definition = process.definition
    change(&definition)
    deployed = definition
    path = RandomPath(seed: pathSeed)
    var configuration = EngineConfiguration()
    configuration.heartbeat = .seconds(3600)
    slots = path.slots()
    configuration.concurrentHandlers = slots
    stage = try EngineStage(handlers: RandomProcess.handlers, configuration: configuration)
    model = ReferenceInterpreter(process, at: stage.clock.now())
  }

  /// How many actions the run has taken.
  package var actions: Int { trace.count }
  /// How the instance ended.
  package var end: InstanceState { model.state }

  /// Runs to the end, or to the first disagreement.
  package func run() throws -> Disagreement? {
    stage.perform(.deploy(deployed, folder: "/"))
    stage.perform(
      .start(process: process.key, version: nil, businessKey: nil, variables: process.variables))
    if let disagreement = try compare() { return disagreement }
    while trace.count < Self.mostActions {
      guard let action = path.next(from: model, isCalm: trace.count >= Self.wildActions) else { break }
      trace.append(action)
      model.perform(action)
      try performInEngine(action)
      if let disagreement = try compare() { return disagreement }
    }
    if !model.state.isEnd {
      return try disagreement("the instance has not come to an end after \(trace.count) actions", [])
    }
    return try checkHistory()
  }

  private func performInEngine(_ action: PathAction) throws {
    let id = Self.instance
    switch action {
    case .report(let leaf, let outcome):
      let token = try token(leaf)
      if let attempt = stage.attempt(of: token, in: id), !attempt.hasReported {
        stage.report(attempt.work, outcome)
      } else {
        stage.perform(.finishTask(id, token: token, outcome: outcome, fence: nil))
      }
    case .passTime(let instant): stage.clock.set(to: instant)
    case .retry(let leaf): stage.perform(.retry(id, token: try token(leaf)))
    case .skip(let leaf): stage.perform(.skip(id, token: try token(leaf), outputs: Context()))
    case .suspend: stage.perform(.suspend(id))
    case .resume: stage.perform(.resume(id))
    case .compensate: stage.perform(.compensate(id))
    case .cancel: stage.perform(.cancel(id))
    case .terminate: stage.perform(.terminate(id))
    case .crash: try stage.recover()
    }
    stage.settle()
    try endLostHandlers()
  }

  /// Handlers whose step has ended without them stop at last. Nobody listens, but their room is free again.
  private func endLostHandlers() throws {
    let tokens = try stage.instance(Self.instance)?.tokens ?? []
    for attempt in stage.attempts where !attempt.hasReported {
      let isAtWork = tokens.contains {
        $0.id == attempt.work.token && $0.state == .executing && $0.attempt == attempt.work.attempt
      }
      if !isAtWork { stage.report(attempt.work, .completed(result: ["value": -1])) }
    }
    stage.settle()
  }

  private func token(_ leaf: String) throws -> TokenID {
    guard let token = names.token(leaf) else { throw LockstepFailure(message: "the engine never came to \(leaf)") }
    return token
  }

  private func compare() throws -> Disagreement? {
    guard let instance = try stage.instance(Self.instance) else { return try disagreement("nothing is stored", []) }
    let history = stage.histories[Self.instance] ?? []
    names.learn(history, deployed)
    let waiting = names.names(of: instance.tokens.filter { $0.state == .ready })
    let busy = instance.tokens.count { $0.state == .executing }
    if !waiting.isEmpty, busy < slots, !instance.isSuspended {
      return try disagreement("there is room, and these wait for it", waiting.sorted())
    }
    model.wait(forRoom: waiting)
    let found = names.outlook(of: instance, deployed, stage)
    let expected = model.outlook
    if found == expected { return nil }
    return try disagreement("- reference, + engine", found.difference(from: expected))
  }

  /// The history alone makes what is stored, and the invariants hold.
  private func checkHistory() throws -> Disagreement? {
    let findings = try StoreVerifier(stage.store).findings()
    if findings.isEmpty { return nil }
    return try disagreement("the store is not as it must be", findings.map(\.description))
  }

  private func disagreement(_ what: String, _ lines: [String]) throws -> Disagreement {
    var describer = EventDescriber(definition: deployed)
    return Disagreement(
      processSeed: processSeed, pathSeed: pathSeed, what: what, differences: lines, path: trace.map(\.description),
      expected: model.outlook.lines, history: describer.describe(stage.histories[Self.instance] ?? []).map(\.jsonText),
      definition: deployed.canonicalJSON)
  }
}

/// Where an engine and the reference interpreter do not say the same.
package struct Disagreement: CustomStringConvertible {
  package let processSeed: UInt64
  package let pathSeed: UInt64
  package let what: String
  package let differences: [String]
  package let path: [String]
  package let expected: [String]
  package let history: [String]
  package let definition: String

  /// Everything that is needed to see it again.
  package var description: String {
    """
    process seed \(processSeed), path seed \(pathSeed): \(what)
    \(differences.joined(separator: "\n"))
    the path:
    \(path.enumerated().map { "  \($0 + 1). \($1)" }.joined(separator: "\n"))
    what should be going on:
    \(expected.map { "  " + $0 }.joined(separator: "\n"))
    the engine's history:
    \(history.map { "  " + $0 }.joined(separator: "\n"))
    the definition:
    \(definition)
    """
  }
}

/// The engine and the path have lost each other.
struct LockstepFailure: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
