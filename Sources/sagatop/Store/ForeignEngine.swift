import EngineCore
import EngineRuntime
import EngineStorage
import Glibc
import SQLiteAdapter

/// Sends commands to whichever process is the engine of a store, and waits for its answers.
struct ForeignEngine: Sendable {
  let inbox: any CommandInbox
  let reader: SQLiteReader

  /// How long an engine that is alive may take before the caller is told that it does not answer.
  static let patience = Duration.seconds(30)
  /// How often it is asked whether that engine still lives.
  private static let pulse = Duration.milliseconds(250)

  /// Posts a command and waits; nil when the engine has died meanwhile: the command then waits in its row for the next.
  ///
  /// The row of what only moves leases is taken back in any case, also when nobody waits for its answer any more: tasks
  /// would be locked for nobody.
  func perform(_ command: OperatorCommand) async throws -> CommandAnswer? {
    let record = try inbox.post(command, at: SystemClock.now)
    if let refusal = record.command.refusal(of: command) { return .refused(refusal) }
    if let answer = record.answer { return answer }
    guard let id = record.id else {
      throw CommandFailure(.failed, "the command was posted, but its row has no number")
    }
    guard command.verb.isHousekeeping else { return try await answer(to: id) }
    do {
      let answer = try await answer(to: id)
      let withdrawn = try inbox.withdraw(id)?.answer
      return answer ?? withdrawn
    } catch {
      // It may have been decided in this very moment.
      if let answer = try inbox.withdraw(id)?.answer { return answer }
      throw error
    }
  }

  private func answer(to id: Int64) async throws -> CommandAnswer? {
    let deadline = ContinuousClock.now + Self.patience
    var nextPulse = ContinuousClock.now + Self.pulse
    var pause = Duration.milliseconds(2)
    while ContinuousClock.now < deadline {
      try await Task.sleep(for: pause)
      if let answer = try inbox.record(id)?.answer { return answer }
      pause = min(pause * 2, .milliseconds(20))
      guard ContinuousClock.now >= nextPulse else { continue }
      if try !reader.leaseStatus().isAlive { return nil }
      nextPulse = ContinuousClock.now + Self.pulse
    }
    if let answer = try inbox.withdraw(id)?.answer { return answer }
    throw StoreFailure(
      .busy, path: reader.path,
      "the engine of this store did not answer within \(Self.patience.shortText): nothing was done")
  }
}
