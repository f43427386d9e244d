import EngineCore

/// What a program that embeds an engine needs on most days; `perform` does all else.
extension Engine {
  /// Makes an engine of this process, on the machine's clock, with a seed of its own.
  ///
  /// - Parameters:
  ///   - store: What it keeps everything in; only this engine may commit to it.
  ///   - path: The store's path, for the lease: others see which process on which machine is the engine.
  ///   - handlers: The handlers that definitions name.
  ///   - observer: Is told of commits and of trouble, on the engine's thread.
  public init(
    store: any EngineStore, path: String, handlers: HandlerRegistry, observer: (any EngineObserver)? = nil
  ) {
    var configuration = EngineConfiguration()
    var chance = SystemRandomNumberGenerator()
    configuration.seed = chance.next()
    self.init(
      store: store, handlers: handlers, configuration: configuration, clock: SystemClock(),
      holder: LeaseHolder(thisProcess: path), observer: observer)
  }

  /// Deploys a definition and answers with its version. What is deployed already keeps its version.
  ///
  /// - Parameter folder: Where relative commands of `exec` are looked up.
  @discardableResult
  public nonisolated func deploy(
    _ definition: ProcessDefinition, folder: String = ""
  ) async throws(EngineFailure) -> Int {
    try await ask(.deploy(definition, folder: folder))["version"]?.intValue ?? 0
  }

  /// Starts an instance of the newest version of a process and answers when it is durable, before any of its work is
  /// done.
  ///
  /// - Parameter once: Names this start once and for all: whoever repeats it gets the instance of the first time.
  public nonisolated func start(
    process: String, businessKey: String? = nil, variables: Context = Context(), once key: String = ""
  ) async throws(EngineFailure) -> InstanceID {
    let verb = Verb.start(process: process, version: nil, businessKey: businessKey, variables: variables)
    let answer = try await ask(verb, key: key)
    guard let number = answer["instance"]?.intValue else { preconditionFailure("a start was answered by \(answer)") }
    return InstanceID(Int64(number))
  }

  /// Reports what came of a task: of a person's, of a worker's, or of work that a handler has handed over
  /// (`WorkOutcome.waiting`). It is durable when this returns.
  ///
  /// - Parameters:
  ///   - attempt: The attempt that the report is about; one that is no longer the latest is refused. Nil reports on
  ///     whatever is waited for.
  ///   - once: Names this report once and for all: whoever repeats it gets the first answer.
  /// - Throws: `.refused` with `taskUnknown` as long as the handler has yet to say that it waits: try again.
  public nonisolated func report(
    _ outcome: WorkOutcome, of token: TokenID, in instance: InstanceID, attempt: Int? = nil, once key: String = ""
  ) async throws(EngineFailure) {
    _ = try await ask(.finishTask(instance, token: token, outcome: outcome, fence: attempt), key: key)
  }

  private nonisolated func ask(_ verb: Verb, key: String = "") async throws(EngineFailure) -> Value {
    let holder = LeaseHolder(thisProcess: "")
    let issuer = Issuer(user: "process \(holder.process)", host: holder.host, source: "api")
    let answer: CommandAnswer
    do {
      answer = try await perform(OperatorCommand(key: key, verb: verb, issuer: issuer))
    } catch {
      throw .store(error)
    }
    switch answer {
    case .done(let value): return value
    case .refused(let rejection): throw .refused(rejection)
    }
  }
}
