import EngineCore

/// Processes for the contract, small and with everything that leaves a row.
package enum ContractProcess {
  /// Every kind of work, of waiting and of undoing.
  package static func order() throws -> ProcessDefinition {
    try ProcessDefinition("order", name: "Order fulfilment", saga: .global) {
      Service("reserve", handler: "reserve")
        .output("reservation", "=result.id")
        .retry(3, backoff: .seconds(5))
        .compensate(handler: "release", retry: RetryPolicy(attempts: 2))
      Fork("both", to: "approve", "pick")
      User("approve", assignee: "anna", candidates: ["anna", "bert"], due: .seconds(7200))
        .after(.seconds(3600), interrupting: false, next: "remind")
        .onError("REJECTED", next: "refused")
        .next("merge")
      External("pick", topic: "picking", lease: .seconds(30))
        .retry(2, backoff: .seconds(1))
        .compensate(topic: "unpicking")
        .next("merge")
      Join("merge")
      Scope("ship", saga: .local) {
        Service("pack", handler: "pack").output("parcel", "=result").compensate(handler: "unpack")
        Wait("pause", for: .seconds(60))
        Service("send", handler: "send")
      }
      .input("local", "=reservation")
      .onError("LOST", next: "refused")
      .next("end")
      Service("remind", handler: "remind").next("end")
      End("refused", error: "REJECTED")
    }
  }

  /// Two steps, one after the other.
  package static func pair(_ key: String = "pair") throws -> ProcessDefinition {
    try ProcessDefinition(key) {
      Service("first", handler: "first")
      Service("second", handler: "second")
    }
  }

  /// Waits for a time.
  package static func pause(_ delay: Duration) throws -> ProcessDefinition {
    try ProcessDefinition("pause") { Wait("wait", for: delay) }
  }

  /// Waits for a worker of a topic.
  package static func external(topic: String) throws -> ProcessDefinition {
    try ProcessDefinition("external-\(topic)") { External("work", topic: topic, lease: .seconds(30)) }
  }
}
