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
  private let model: ReferenceFamily
  /// What the reference interpreter calls an instance, and its leaves.
  private var instances: [(id: InstanceID, name: String, leaves: LeafNames)] = []
  private var trace: [[PathStep]] = []
  /// How many handlers run at once; which of them waits for room is the engine's business.
  private let slots: Int

  /// After this many actions nothing goes wrong any more.
  package static let wildActions = 60
  /// After this many an instance that is still alive is taken for one that never ends.
  private static let mostActions = 2_000

  /// What the engine has got: first the process that is started.
  private let deployed: [ProcessDefinition]

  /// Prepares a run.
  ///
  /// - Parameter change: makes something else of the definition that the engine gets, to see that this is noticed.
  package init(
    processSeed: UInt64, pathSeed: UInt64, change: (inout ProcessDefinition) -> Void = { _ in }
  ) throws {
    self.processSeed = processSeed
    self.pathSeed = pathSeed
    process = RandomProcess(seed: processSeed)
    deployed = ([process.definition] + process.called.map(\.definition)).map { definition in
      var definition = definition
      change(&definition)
      return definition
    }
    path = RandomPath(seed: pathSeed)
    var configuration = EngineConfiguration()
    configuration.heartbeat = .seconds(3600)
    slots = path.slots()
    configuration.concurrentHandlers = slots
    stage = try EngineStage(handlers: RandomProcess.handlers, configuration: configuration)
    model = ReferenceFamily(process, at: stage.clock.now(), hasRoom: slots == RandomPath.room)
  }

  /// How many actions the run has taken.
  package var actions: Int { trace.count }
  /// How many instances there were.
  package var count: Int { instances.count }
  /// How often each kind of event happened.
  package var events: [String: Int] {
    stage.histories.values.joined().reduce(into: [:]) { $0[$1.event.typeName, default: 0] += 1 }
  }
  /// How the instance ended.
  package var end: InstanceState { model.main.state }

  /// Runs to the end, or to the first disagreement.
  package func run() throws -> Disagreement? {
    for definition in deployed { stage.perform(.deploy(definition, folder: "/")) }
    stage.perform(.start(process: process.key, version: nil, businessKey: nil, variables: process.variables))
    if let disagreement = try compare() { return disagreement }
    while trace.count < Self.mostActions {
      let isCalm = trace.count >= Self.wildActions
      let steps = path.next(from: model, isCalm: isCalm)
      if steps.isEmpty { break }
      trace.append(steps)
      model.perform(steps)
      for step in steps { try begin(step) }
      stage.settle()
      try endLostHandlers()
      if let disagreement = try compare() { return disagreement }
    }
    if !model.isEnded {
      return try disagreement("the instance has not come to an end after \(trace.count) actions", [])
    }
    return try checkHistory()
  }

  /// Asks the engine for something; it happens when the engine makes its next turn.
  private func begin(_ step: PathStep) throws {
    let id = try id(of: step.instance)
    switch step.action {
    case .report(let leaf, let outcome):
      let token = try token(leaf, in: step.instance)
      if let attempt = stage.attempt(of: token, in: id), !attempt.hasReported {
        stage.report(attempt.work, outcome)
      } else {
        ask(.finishTask(id, token: token, outcome: outcome, fence: nil))
      }
    case .send(let name, let key, let value, let life):
      ask(
        .send(
          OutgoingMessage(
            name: name, correlationKey: key, variables: ["value": Value(value)], timeToLive: life)))
    case .signal(let name, let value): ask(.signal(name: name, variables: ["value": Value(value)]))
    case .passTime(let instant): stage.clock.set(to: instant)
    case .retry(let leaf): ask(.retry(id, token: try token(leaf, in: step.instance)))
    case .skip(let leaf): ask(.skip(id, token: try token(leaf, in: step.instance), outputs: Context()))
    case .suspend: ask(.suspend(id))
    case .resume: ask(.resume(id))
    case .compensate: ask(.compensate(id))
    case .cancel: ask(.cancel(id))
    case .terminate: ask(.terminate(id))
    case .crash: try stage.recover()
    }
  }

  private func ask(_ verb: Verb) {
    stage.post(verb) { _ in }
  }

  /// Handlers whose step has ended without them stop at last. Nobody listens, but their room is free again.
  private func endLostHandlers() throws {
    var known: [InstanceID: [Token]] = [:]
    for attempt in stage.attempts where !attempt.hasReported {
      let work = attempt.work
      if known[work.instance] == nil { known[work.instance] = try stage.instance(work.instance)?.tokens ?? [] }
      let isAtWork = (known[work.instance] ?? []).contains {
        $0.id == work.token && $0.state == .executing && $0.attempt == work.attempt
      }
      if !isAtWork { stage.report(work, .completed(result: ["value": -1])) }
    }
    stage.settle()
  }

  private func id(of instance: String) throws -> InstanceID {
    guard let known = instances.first(where: { $0.name == instance }) else {
      throw LockstepFailure(message: "the engine has never started \(instance)")
    }
    return known.id
  }

  private func token(_ leaf: String, in instance: String) throws -> TokenID {
    guard let token = instances.first(where: { $0.name == instance })?.leaves.token(leaf) else {
      throw LockstepFailure(message: "the engine never came to \(leaf) of \(instance)")
    }
    return token
  }

  /// Names instances that are new, and what is new in those that are known.
  private func learn() throws {
    for (id, history) in stage.histories.sorted(by: { $0.key < $1.key }) {
      let index: Int
      if let known = instances.firstIndex(where: { $0.id == id }) {
        index = known
      } else {
        index = instances.count
        instances.append((id, try name(of: id), LeafNames()))
      }
      instances[index].leaves.learn(history, try definition(of: id))
    }
  }

  private func name(of id: InstanceID) throws -> String {
    guard let link = try stage.instance(id)?.parent else { return ReferenceFamily.main }
    let caller = instances.first { $0.id == link.instance }
    let stem = "\(caller?.name ?? "?")/\(caller?.leaves.name(of: link.token) ?? "?")"
    let calls = instances.count { $0.name == stem || $0.name.hasPrefix("\(stem) again") }
    return ReferenceFamily.name(stem, calls)
  }

  private func definition(of id: InstanceID) throws -> ProcessDefinition {
    // They were deployed in this order.
    guard let instance = try stage.instance(id) else { throw LockstepFailure(message: "\(id) is not stored") }
    return deployed[Int(instance.definition.rawValue) - 1]
  }

  private func compare() throws -> Disagreement? {
    try learn()
    let missing = Set(model.members.map(\.name)).symmetricDifference(instances.map(\.name))
    if !missing.isEmpty { return try disagreement("only one of both has these instances", missing.sorted()) }
    model.order(like: instances.map(\.name))
    var busy = 0
    var waiting: [String] = []
    var differences: [String] = []
    for (id, name, leaves) in instances {
      guard let instance = try stage.instance(id), let member = model.members.first(where: { $0.name == name }) else {
        throw LockstepFailure(message: "\(name) is not stored")
      }
      let ready = leaves.names(of: instance.tokens.filter { $0.state == .ready })
      busy += instance.tokens.count { $0.state == .executing }
      if !instance.isSuspended { waiting += ready.sorted() }
      member.wait(forRoom: ready, given: leaves.given(in: instance, stage))
      let found = leaves.outlook(of: instance, try definition(of: id), stage)
      if found != member.outlook { differences += ["in \(name):"] + found.difference(from: member.outlook) }
    }
    if !waiting.isEmpty, busy < slots { return try disagreement("there is room, and these wait for it", waiting) }
    return differences.isEmpty ? nil : try disagreement("- reference, + engine", differences)
  }

  /// The history alone makes what is stored, and the invariants hold.
  private func checkHistory() throws -> Disagreement? {
    let findings = try StoreVerifier(stage.store).findings()
    if findings.isEmpty { return nil }
    return try disagreement("the store is not as it must be", findings.map(\.description))
  }

  private func disagreement(_ what: String, _ lines: [String]) throws -> Disagreement {
    var history: [String] = []
    for (id, name, _) in instances {
      var describer = EventDescriber(definition: try definition(of: id))
      history.append("\(name):")
      history += describer.describe(stage.histories[id] ?? []).map(\.jsonText)
    }
    return Disagreement(
      processSeed: processSeed, pathSeed: pathSeed, what: what, differences: lines,
      path: trace.map { $0.map(\.description).joined(separator: "; ") },
      expected: model.members.flatMap { ["\($0.name):"] + $0.outlook.lines }, history: history,
      definition: deployed.map(\.canonicalJSON).joined(separator: "\n"))
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
