import EngineCore
import EngineRuntime
import EngineStorage
import Glibc

/// Sends commands to whichever process is the engine of a store, and waits for its answers.
struct ForeignEngine: Sendable {
  let inbox: any CommandInbox
  let reader: any ReadStore

  /// How long an engine that is alive may take before the caller is told that it does not answer.
  static let patience = Duration.seconds(30)

  func perform(_ command: OperatorCommand) async throws -> CommandAnswer {
    let record = try inbox.post(command, at: SystemClock.now)
    if let answer = record.answer { return answer }
    guard let id = record.id else {
      throw CommandFailure(.failed, "the command was posted, but its row has no number")
    }
    let deadline = ContinuousClock.now + Self.patience
    var pause = Duration.milliseconds(2)
    while ContinuousClock.now < deadline {
      try await Task.sleep(for: pause)
      if let answer = try inbox.record(id)?.answer { return answer }
      pause = min(pause * 2, .milliseconds(20))
    }
    try inbox.withdraw(id)
    throw CommandFailure(
      .failed, "the engine of this store did not answer within \(Self.patience.shortText): nothing was done")
  }
}
