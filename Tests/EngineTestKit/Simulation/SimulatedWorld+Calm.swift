import EngineCore
import EngineRuntime
import EngineStorage

/// The faults stop: everything must come to rest, and nothing may be left over.
extension SimulatedWorld {
  private static let rounds = 400

  func calmDown() throws {
    isCalm = true
    weather = Weather()
    note("calm")
    while engines.count > 1 { bury(engines.count - 1) }
    if engines.isEmpty { revive() }
    var round = 0
    while !hasFailed, round < Self.rounds {
      round += 1
      settle()
      if hasFailed || isAtRest { break }
      if engines[0].loop?.lease == nil || !help(round) { passTime() }
      // Pauses after a failure of the store end.
      clock.move(by: .milliseconds(250))
    }
    guard !hasFailed else { return }
    settle()
    checkRest()
  }

  /// Turns until nothing more happens by itself.
  private func settle() {
    for _ in 0..<200 where !hasFailed {
      let wait = turn(0)
      guard wait == .zero || engines[0].isDelivering else { break }
      publish(from: engines[0])
      keep(from: engines[0])
    }
    // A foreign row, a message: one more turn takes what has come meanwhile.
    turn(0)
  }

  private var isAtRest: Bool {
    engines[0].loop?.lease != nil && engines[0].works.isEmpty && engines[0].messages.isEmpty
      && !engines[0].isDelivering && oracle.isMailAtRest && oracle.areAllPublished
      && oracle.startTimers.values.allSatisfy(\.isEmpty) && oracle.holds.isEmpty
      && oracle.instances.allSatisfy { $0.state.isEnd || rests($0) }
      && posted.allSatisfy { $0.isLost || !$0.replies.isEmpty }
      && (try? stores.engine.waitingCommands(limit: 1).isEmpty) == true
  }

  /// Everybody does what they can; false when nobody has anything to do but wait.
  private func help(_ round: Int) -> Bool {
    var hasHelped = false
    while !engines[0].works.isEmpty {
      let work = engines[0].takeWork(at: 0)
      send(work.isAskedToStop ? .cancelled : success(), of: work.key, to: engines[0], "report")
      hasHelped = true
    }
    for deployed in oracle.deployments where oracle.holds[deployed.id]?.isSuspended == true {
      post(.resumeDefinition(process: deployed.definition.key, version: deployed.version), isKeyed: true)
      hasHelped = true
    }
    if hasHelped { return true }
    for instance in oracle.instances where !instance.state.isEnd {
      if instance.isSuspended {
        post(.resume(instance.id), isKeyed: true)
        hasHelped = true
        continue
      }
      for incident in instance.incidents {
        // At first what failed is tried again; what fails for ever is skipped.
        let verb: Verb =
          round < 8 || incident.kind == .inDoubt
          ? .retry(instance.id, token: incident.token)
          : .skip(instance.id, token: incident.token, outputs: Context())
        post(verb, isKeyed: true)
        hasHelped = true
      }
      if send(to: instance, round) { hasHelped = true }
      for task in instance.userTasks {
        finish(instance.id, task.token, fence: nil, success())
        hasHelped = true
      }
      for task in instance.externalTasks where task.reference != nil {
        finish(instance.id, task.token, fence: nil, success())
        hasHelped = true
      }
      for task in instance.externalTasks where task.availableAt <= clock.now() {
        post(.fetchTasks(topic: task.topic, worker: "calm", limit: 10, lease: .seconds(60)), isKeyed: false)
        hasHelped = true
      }
    }
    let held = locks
    locks = []
    for task in held where oracle.known[task.instance]?.instance.token(task.token)?.attempt == task.fence {
      finish(task.instance, task.token, fence: task.fence, success())
      hasHelped = true
    }
    return hasHelped
  }

  /// Time goes on to the next moment at which something can happen.
  private func passTime() {
    let now = clock.now()
    let moments =
      oracle.instances.flatMap { instance in
        instance.timers.map(\.due) + instance.externalTasks.filter { $0.reference == nil }.map(\.availableAt)
      } + oracle.startTimers.values.flatMap { $0.map(\.due) }
    // A sink that has failed is tried again after a pause of up to a minute.
    let next = moments.filter { $0 > now }.min().map { $0 - now } ?? (oracle.areAllPublished ? .zero : .seconds(5))
    // Nobody waits for longer than it takes to see that another host's engine is dead, whatever its clock said.
    let isWithoutLease = engines[0].loop?.lease == nil
    clock.move(by: isWithoutLease ? .seconds(7_300) : next)
    note("time passes")
  }

  private func checkRest() {
    for instance in oracle.instances where !instance.state.isEnd && !rests(instance) {
      let tokens = instance.tokens.map { token in
        let node = oracle.known[instance.id]?.definition[token.node].id ?? ""
        return "\(token.id) at \(node) \(token.mode.name) \(token.state.name) \(token.wait.map { "\($0)" } ?? "")"
      }
      oracle.find(
        "instance \(instance.id) does not come to rest: \(instance.state.name), tokens \(tokens), runs \(instance.runs.map(\.phase))"
      )
    }
    oracle.checkPublications()
    oracle.checkMailAtRest()
    guard !hasFailed else { return }
    checkStore()
    for command in posted where !command.isLost && command.replies.isEmpty {
      oracle.find("command \(command.command.key) \(command.command.verb.name) was never answered")
    }
  }

  private func checkStore() {
    do {
      let store = stores.engine
      if try !store.readyLanes(after: nil, limit: 1).isEmpty { oracle.find("a ready token is left over") }
      if try !store.timers(after: nil, limit: 1).isEmpty { oracle.find("a timer is left over") }
      if try !store.orphanedTokens(before: .max, after: nil, limit: 1).isEmpty { oracle.find("a step is left over") }
      if try !store.waitingCommands(limit: 1).isEmpty { oracle.find("a command from outside was never decided") }
      for finding in try StoreVerifier(stores.verifier).findings() { oracle.find("verify: \(finding)") }
    } catch {
      oracle.find("the store cannot be read: \(error)")
    }
  }
}
