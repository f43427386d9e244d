import EngineCore

/// Tea by post: the tea is weighed, the money is taken, and whoever pays by a card that is refused leaves the tea where
/// it was.
enum TeaOrder {
  static func definition() throws -> ProcessDefinition {
    try ProcessDefinition("tea-order", name: "Tea by post", saga: .global) {
      Service("weigh", handler: "scales", with: ["grams": "=grams"])
        .output("left", "=result.left")
        .compensate(handler: "scales", with: ["grams": "=-grams"])
      Service("pay", handler: "till")
        .input("pence", "=grams * 3")
        .output("receipt", "=result.receipt")
        .retry(3, backoff: .milliseconds(200), factor: 2)
      Choose("big") {
        When("grams >= 500", next: "gift")
        Otherwise("end")
      }
      Assign("gift", ["gift": "a tin"])
    }
  }
}
