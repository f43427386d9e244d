import EngineCore

/// Whoever carries commands out.
protocol CommandPerformer: Sendable {
  /// Carries a command out and returns when the answer is durable. Throws `StoreFailure` when the world failed.
  func perform(_ command: OperatorCommand) async throws -> CommandAnswer
}

extension CommandPerformer {
  /// Asks for something and gives what there is to say of it. A refusal is thrown as its `Rejection`.
  ///
  /// - Parameters:
  ///   - key: names the command once and for all: repeating it gives the first answer. It has a name of its own unless
  ///     given.
  ///   - source: the part of sagatop that asks.
  @discardableResult
  func ask(
    _ verb: Verb, key: String? = nil, source: String = "cli", reason: String? = nil
  ) async throws -> Value {
    let command = OperatorCommand(
      key: key ?? Identity.randomName(), verb: verb, issuer: Identity.issuer(source: source), reason: reason)
    switch try await perform(command) {
    case .done(let answer): return answer
    case .refused(let rejection): throw rejection
    }
  }

  /// Asks for something as the options of a command say.
  func ask(_ verb: Verb, _ options: AskOptions) async throws -> Value {
    try await ask(verb, key: options.once, reason: options.reason)
  }
}
