import EngineCore
import EngineRuntime

/// The work of a service task: it greets whom it is told to, or says that trying again can help.
struct Greeter: ActivityHandler {
  let greet: @Sendable (String) -> Bool

  func execute(_ context: ActivityContext) async -> WorkOutcome {
    guard let name = context.configuration["name"]?.stringValue else {
      return .businessError(code: "NOBODY", message: "there is nobody to greet")
    }
    guard greet(name) else { return .failed(Failure(code: "BUSY", message: "\(name) did not listen")) }
    return .completed(result: ["greeted": .string(name)])
  }
}
