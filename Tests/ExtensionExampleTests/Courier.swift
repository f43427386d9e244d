import EngineCore
import EngineRuntime

/// Work that goes on elsewhere: the courier is told what to bring and where to call, and the step waits for that call.
struct Courier: ActivityHandler {
  let order: @Sendable (String, InstanceID, TokenID) -> String

  func execute(_ context: ActivityContext) async -> WorkOutcome {
    let parcel = order(context.idempotencyKey, context.instance, context.token)
    return .waiting(reference: parcel, limit: .seconds(3 * 86_400))
  }
}
