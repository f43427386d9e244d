import EngineCore
import EngineRuntime
import EngineStorage
import SQLiteAdapter

/// A store as a command uses it: to look, or to change something through whichever process is its engine.
struct StoreSession: Sendable {
  let path: String
  let reader: SQLiteReader
  /// Nil when nothing may be changed.
  private let writer: (any CommandPerformer)?

  /// Opens a store to look at it.
  static func reading(_ path: String) throws -> StoreSession {
    do {
      return StoreSession(path: path, reader: try SQLiteReader(path: path), writer: nil)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Opens a store to change something: through its engine if one lives, else with the lease taken for the moment and
  /// handlers off.
  ///
  /// - Parameter mayCreate: Whether a store is made if there is none; a mistyped name must not leave a file behind.
  static func writing(_ path: String, mayCreate: Bool = false) async throws -> StoreSession {
    do {
      if mayCreate { _ = try SQLiteStore(path: path) }
      let reader = try SQLiteReader(path: path)
      let foreign = ForeignEngine(inbox: try SQLiteInbox(path: path), reader: reader)
      return StoreSession(
        path: path, reader: reader, writer: MomentaryEngine(path: path, reader: reader, foreign: foreign))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Has a command carried out and waits until the answer is durable.
  func perform(_ command: OperatorCommand) async throws -> CommandAnswer {
    guard let writer else { throw CommandFailure(.refused, "\(path) was opened to be looked at only") }
    do {
      return try await writer.perform(command)
    } catch let failure as StoreFailure {
      throw CommandFailure(failure)
    }
  }

  /// Deploys a definition; the answer names its version.
  func deploy(_ file: DefinitionFile) async throws -> Value {
    let command = OperatorCommand(
      key: Identity.randomName(), verb: .deploy(file.definition, folder: file.folder),
      issuer: Identity.issuer(source: "cli"))
    switch try await perform(command) {
    case .done(let answer): return answer
    case .refused(let rejection): throw CommandFailure(rejection)
    }
  }
}

/// Whoever carries commands out.
protocol CommandPerformer: Sendable {
  func perform(_ command: OperatorCommand) async throws -> CommandAnswer
}

extension RunningEngine: CommandPerformer {}

/// Sends commands to the engine that lives, or is the engine itself for one command, with handlers off.
struct MomentaryEngine: CommandPerformer {
  let path: String
  let reader: SQLiteReader
  let foreign: ForeignEngine

  func perform(_ command: OperatorCommand) async throws -> CommandAnswer {
    // Engines come and go while somebody waits for an answer; the key of the command keeps its effect to one.
    while true {
      if try !reader.leaseStatus().isAlive, let answer = try await performHere(command) { return answer }
      if let answer = try await foreign.perform(command) { return answer }
    }
  }

  /// Takes the lease for the moment; nil when another process has become the engine between the look and the step.
  private func performHere(_ command: OperatorCommand) async throws -> CommandAnswer? {
    var configuration = EngineConfiguration()
    configuration.runsHandlers = false
    let engine = Engine(
      store: try SQLiteStore(path: path), handlers: HandlerRegistry(), configuration: configuration,
      clock: SystemClock(), holder: LeaseHolder(thisProcess: path, isMomentary: true))
    do {
      try await engine.start()
    } catch {
      if error.kind == .leaseHeld { return nil }
      throw error
    }
    do {
      let answer = try await engine.perform(command)
      await engine.stop()
      return answer
    } catch {
      await engine.stop()
      throw error
    }
  }
}

extension StoreSession {
  /// The store of an engine in this process, after the rule about opening: a store runs by itself only when it never had
  /// an engine, or its last one had this host and path.
  static func engineStore(path: String, takesOver: Bool) throws -> SQLiteStore {
    do {
      let store = try SQLiteStore(path: path)
      let status = try SQLiteReader(path: path).leaseStatus()
      guard takesOver || status.mayRun(on: Identity.host, path: path) else {
        throw CommandFailure(
          .refused,
          "\(path): its last engine was \(status.host):\(status.path); what it would run belongs there. --engine takes over"
        )
      }
      return store
    } catch let failure as StoreFailure {
      throw CommandFailure(failure)
    }
  }

  /// Every instance that a filter means, fixed at this moment.
  func all(matching filter: InstanceFilter) throws -> [InstanceID] {
    var found: [InstanceID] = []
    var cursor: String?
    repeat {
      let page = try reader.instances(filter, now: SystemClock.now, after: cursor, limit: 1_000)
      found += page.rows.map(\.id)
      cursor = page.next
      if page.isWindowed {
        StandardOutput.complain("only the newest instances were searched: no index serves this filter")
      }
    } while cursor != nil
    return found.sorted()
  }

  /// The token that is named, or the only one that fits.
  func onlyToken(_ named: Int64?, of id: InstanceID, fits: (Token) -> Bool) throws -> TokenID {
    if let named { return TokenID(named) }
    let found = try instance(id).tokens.filter(fits)
    guard let only = found.first, found.count == 1 else {
      throw Rejection(
        found.isEmpty ? .nothingToSkip : .invalidArgument,
        found.isEmpty
          ? "no token of instance \(id) has failed: name the waiting one with --token"
          : "\(found.count) tokens of instance \(id) fit: name one with --token")
    }
    return only.id
  }

  /// The token of the task that is named, or of the only one; a failed compensation counts as one that somebody has to do.
  func onlyTask(_ named: Int64?, of id: InstanceID) throws -> TokenID {
    try onlyToken(named, of: id) { token in
      token.wait == .userTask || token.wait == .externalTask || token.mode == .compensation && token.state == .failed
    }
  }

  /// The timer that is named, or the only one.
  func onlyTimer(_ named: Int64?, of id: InstanceID) throws -> TimerID {
    if let named { return TimerID(named) }
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
    guard let detail = try reader.detail(id, historyLimit: Int(Int32.max)) else {
      throw Rejection(.instanceUnknown, "there is no instance \(id)")
    }
    return try .back(
      to: node, in: detail.history, of: detail.instance, detail.deployed.definition)
  }

  private func instance(_ id: InstanceID) throws -> ProcessInstance {
    guard let detail = try reader.detail(id, historyLimit: 0) else {
      throw Rejection(.instanceUnknown, "there is no instance \(id)")
    }
    return detail.instance
  }
}

extension LeaseStatus {
  /// Whether a process on a host may run this store by itself: definitions name commands, and a copied production store
  /// must not run them because somebody opened it.
  func mayRun(on host: String, path: String) -> Bool {
    epoch == 0 || self.host.isEmpty || (self.host == host && self.path == AbsolutePath.of(path))
  }
}
