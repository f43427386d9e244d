import EngineCore
import EngineRuntime
import Synchronization

/// A handler as a type: it takes tea from the shelf, and puts it back when it undoes a step.
final class Scales: ActivityHandler {
  private let shelf = Mutex(2_000)

  func execute(_ context: ActivityContext) async -> WorkOutcome {
    guard let grams = context.configuration["grams"]?.intValue else {
      return .failed(Failure(code: "NO_WEIGHT", message: "how many grams?", isRetryable: false))
    }
    let left = shelf.withLock { shelf in
      shelf -= grams
      return shelf
    }
    return .completed(result: ["left": Value(left)])
  }
}

extension HandlerRegistry {
  /// The handlers that `TeaOrder` names.
  static var teaShop: HandlerRegistry {
    var handlers = HandlerRegistry()
    handlers["scales"] = Scales()
    // A handler as a closure. Handlers run at least once: the key makes repeating harmless.
    handlers.register("till") { context in
      if context.attempt == 1 { return .failed(Failure(code: "BUSY", message: "somebody else pays just now")) }
      if context.variables["pence"]?.intValue ?? 0 > 3_000 {
        return .businessError(code: "REFUSED", message: "the card does not cover it")
      }
      return .completed(result: ["receipt": .string("receipt for " + context.idempotencyKey)])
    }
    return handlers
  }
}
