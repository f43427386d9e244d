import EngineCore
import Testing

@testable import ConsoleCore

@Suite("Secret values")
struct SecretMaskTests {
  @Test(
    "are known by their names", arguments: ["password", "DB_PASSWORD", "api-key", "clientSecret", "card_token", "cvv"])
  func secret(_ name: String) {
    #expect(SecretMask.isSecret(name))
  }

  @Test("do not take innocent names with them", arguments: ["amount", "tokens", "keyboard", "passenger", "owner"])
  func innocent(_ name: String) {
    #expect(!SecretMask.isSecret(name))
  }

  @Test("are hidden at any depth")
  func deep() {
    let value: Value = ["card": [["cvv": 123, "holder": "Ada"]], "password": "x"]
    #expect(SecretMask.masked(value).jsonText == #"{"card":[{"cvv":"••••••","holder":"Ada"}],"password":"••••••"}"#)
  }
}
