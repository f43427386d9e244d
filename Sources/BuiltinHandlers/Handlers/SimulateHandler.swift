import EngineCore
import EngineRuntime

/// `simulate`: pretends to work, for demonstrations and trials: takes a while, fails now and then.
///
/// Its configuration: `duration` (`200ms` or milliseconds), `failureRate` (0 to 1), `error` (the code of a business
/// error) with `errorRate` (1 unless given), `result`, `seed`. The same seed, activity and attempt always give the same
/// outcome, in every process.
public struct SimulateHandler: ActivityHandler {
  /// The name under which definitions use it.
  public static let name = "simulate"
  /// The code of the failures that it makes up.
  public static let failureCode = "SIMULATED"

  private let clock: any Clock<Duration>

  /// Makes a handler that sleeps on a clock.
  public init(clock: any Clock<Duration> = ContinuousClock()) { self.clock = clock }

  /// Sleeps, then draws the outcome.
  public func execute(_ context: ActivityContext) async -> WorkOutcome {
    let plan: Plan
    do throws(ConfigurationMistake) {
      plan = try Plan(ConfigurationPart(context.configuration))
    } catch {
      return .failed(Failure(mistake: error))
    }
    do {
      try Task.checkCancellation()
      if plan.duration > .zero { try await clock.sleep(for: plan.duration) }
    } catch {
      return .cancelled
    }
    var chance = SeededChance(seed: plan.seed, text: context.idempotencyKey, number: context.attempt)
    if chance.next() < plan.failureRate {
      return .failed(Failure(code: Self.failureCode, message: "attempt \(context.attempt) failed, as it was asked to"))
    }
    if let error = plan.error, chance.next() < plan.errorRate {
      return .businessError(code: error, message: "simulated")
    }
    return .completed(result: context.configuration["result"] ?? .context(Context()))
  }

  /// Says what is wrong with what is literal in a configuration.
  public func validate(configuration: ValueTemplate) -> String? {
    do throws(ConfigurationMistake) {
      _ = try Plan(ConfigurationPart(configuration))
      return nil
    } catch {
      return error.description
    }
  }

  private struct Plan {
    let duration: Duration
    let failureRate: Double
    let error: String?
    let errorRate: Double
    let seed: Int

    init(_ part: ConfigurationPart) throws(ConfigurationMistake) {
      let fields = try ConfigurationFields(
        part, of: "simulate", known: ["duration", "failureRate", "error", "errorRate", "result", "seed"])
      duration = try fields.duration("duration") ?? .zero
      failureRate = try fields.rate("failureRate") ?? 0
      error = try fields.text("error")
      errorRate = try fields.rate("errorRate") ?? 1
      seed = try fields.integer("seed") ?? 0
      if fields["errorRate"] != nil, fields["error"] == nil {
        throw ConfigurationMistake("`errorRate` needs `error`, the code of the business error")
      }
    }
  }
}
