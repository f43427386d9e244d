import EngineCore
import EngineRuntime

/// Ends a command with one sentence on standard error.
struct CommandFailure: Error {
  let outcome: Outcome
  let message: String

  init(_ outcome: Outcome, _ message: String) {
    self.outcome = outcome
    self.message = message
  }

  init(_ rejection: Rejection) {
    self.init(Outcome(rejection), rejection.message)
  }

  init(_ failure: StoreFailure) {
    switch failure.kind {
    case .unreadable: self.init(.notFound, failure.description)
    case .leaseHeld, .leaseLost, .readOnly: self.init(.refused, failure.description)
    case .notAStore, .newerVersion, .diskFull, .busy, .corrupt, .gone, .networkFileSystem, .inputOutput,
      .outcomeUnknown:
      self.init(.failed, failure.description)
    }
  }
}
