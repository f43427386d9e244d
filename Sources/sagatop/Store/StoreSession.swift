import EngineCore
import EngineRuntime
import EngineStorage
import SQLiteAdapter

/// A store as a command uses it: to look, or to change something through whichever process is its engine.
struct StoreSession: CommandPerformer {
  let path: String
  let reader: SQLiteReader
  /// Nil when nothing may be changed.
  private let writer: MomentaryEngine?
  /// What a command under the same key has asked for already. Whatever it found to be the only one is meant again, also
  /// when it is gone by now.
  var repeated: Verb?

  /// Opens a store to look at it.
  static func reading(_ path: String) throws(StoreFailure) -> StoreSession {
    StoreSession(path: path, reader: try SQLiteReader(path: path), writer: nil)
  }

  /// Opens a store to change something: through its engine if one lives, else with the lease taken for the moment and
  /// handlers off.
  ///
  /// - Parameter mayCreate: Whether a store is made if there is none; a mistyped name must not leave a file behind.
  static func writing(_ path: String, mayCreate: Bool = false) throws(StoreFailure) -> StoreSession {
    if mayCreate { _ = try SQLiteStore(path: path) }
    let reader = try SQLiteReader(path: path)
    return StoreSession(path: path, reader: reader, writer: try MomentaryEngine(path: path, reader: reader))
  }

  /// Has a command carried out and waits until the answer is durable.
  func perform(_ command: OperatorCommand) async throws -> CommandAnswer {
    guard let writer else { throw readOnly }
    return try await writer.perform(command)
  }

  /// Runs something that carries out many commands, one after the other.
  func inTurn<Result>(_ body: (any CommandPerformer) async throws -> Result) async throws -> Result {
    guard let writer else { throw readOnly }
    return try await writer.inTurn(body)
  }

  private var readOnly: CommandFailure { CommandFailure(.refused, "\(path) was opened to be looked at only") }
}

extension StoreSession {
  /// Every instance that a filter means, fixed at this moment.
  func all(matching filter: InstanceFilter) throws -> [InstanceID] {
    var found: [InstanceID] = []
    var cursor: String?
    repeat {
      let page = try reader.instances(filter, now: SystemClock.now, after: cursor, limit: 1_000)
      found += page.rows.map(\.id)
      cursor = page.next
      for sentence in page.unreadable { StandardOutput.complain("left out, because it cannot be read: \(sentence)") }
      if page.isWindowed {
        StandardOutput.complain("only the newest instances were searched: no index serves this filter")
      }
    } while cursor != nil
    return found.sorted()
  }

  /// Waits until instances rest and tells how each stands: whether all have ended, some rest on an incident, or wait.
  func waitForRest(of instances: [InstanceID], _ patience: Duration, json: Bool) async throws {
    let end = ContinuousClock.now + patience
    var failed = false
    var waiting = false
    for id in instances {
      var rest = try reader.familyAtRest(id)
      while rest == nil, ContinuousClock.now < end, try reader.leaseStatus().isAlive {
        try await Task.sleep(for: .milliseconds(20))
        rest = try reader.familyAtRest(id)
      }
      if rest == nil, try !reader.leaseStatus().isAlive {
        StandardOutput.complain("no engine is running: nothing moves before one does")
      }
      guard let family = try rest ?? reader.family(of: id) else { continue }
      let hasEnded = family.main.state.isEnd
      if !hasEnded { if family.hasIncident { failed = true } else { waiting = true } }
      if json {
        StandardOutput.json([
          "instance": Value(id.rawValue), "state": .string(family.main.state.name), "rests": .boolean(rest != nil),
          "incidents": Value(family.members.map(\.incidents.count).reduce(0, +)),
        ])
      } else {
        StandardOutput.line("instance \(id) is \(family.main.state.name)\(rest == nil ? ", and not at rest" : "")")
      }
    }
    if failed || waiting { throw Ending(outcome: failed ? .failed : .refused) }
  }

  /// The token that is named, or the only one that fits. `none`: what there is to say when there is none.
  func onlyToken(
    _ named: Int64?, of id: InstanceID,
    none: (InstanceID) -> Rejection = {
      Rejection(.nothingToSkip, "no token of instance \($0) has failed: name the waiting one with --token")
    }, fits: (Token) -> Bool
  ) throws -> TokenID {
    if let named { return TokenID(named) }
    if case .skip(_, let token, _) = repeated { return token }
    if case .resolve(_, let token, _) = repeated { return token }
    if case .finishTask(_, let token, _, _) = repeated { return token }
    let found = try instance(id).tokens.filter(fits)
    guard let only = found.first else { throw none(id) }
    guard found.count == 1 else {
      throw Rejection(.invalidArgument, "\(found.count) tokens of instance \(id) fit: name one with --token")
    }
    return only.id
  }

  /// The token of the task that is named, or of the only one; a failed compensation counts as one that somebody has to
  /// do.
  func onlyTask(_ named: Int64?, of id: InstanceID) throws -> TokenID {
    try onlyToken(named, of: id, none: { Rejection(.taskUnknown, "instance \($0) has no open task") }) { token in
      token.wait == .userTask || token.wait == .externalTask || token.mode == .compensation && token.state == .failed
    }
  }

  /// The timer that is named, or the only one.
  func onlyTimer(_ named: Int64?, of id: InstanceID) throws -> TimerID {
    if let named { return TimerID(named) }
    if case .fireTimer(_, let timer) = repeated { return timer }
    if case .rescheduleTimer(_, let timer, _) = repeated { return timer }
    let timers = try instance(id).timers
    guard let only = timers.first, timers.count == 1 else {
      throw Rejection(
        timers.isEmpty ? .timerUnknown : .invalidArgument,
        timers.isEmpty
          ? "instance \(id) has no pending timer" : "\(timers.count) timers are pending: name one with --timer")
    }
    return only.id
  }

  /// What going back to a node means for an instance now: its history tells.
  func wayBack(to node: String, in id: InstanceID) throws -> CompensationTarget {
    if case .compensate(_, let target) = repeated { return target }
    guard let detail = try reader.detail(id, historyLimit: Int(Int32.max)) else {
      throw Rejection(.instanceUnknown, "there is no instance \(id)")
    }
    return try .back(
      to: node, in: detail.history, of: detail.instance, detail.deployed.definition)
  }

  /// When something is to happen: a time from now counts from when it was first asked for.
  func due(_ value: TimerValue) -> Timestamp {
    if case .delay = value, case .rescheduleTimer(_, _, let due) = repeated { return due }
    return value.due(from: SystemClock.now)
  }

  private func instance(_ id: InstanceID) throws -> ProcessInstance {
    guard let detail = try reader.detail(id, historyLimit: 0) else {
      throw Rejection(.instanceUnknown, "there is no instance \(id)")
    }
    return detail.instance
  }
}
