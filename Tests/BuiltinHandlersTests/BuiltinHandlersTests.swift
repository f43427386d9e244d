import BuiltinHandlers
import EngineRuntime
import Logging
import Testing

@Suite("The handlers of the executable")
struct BuiltinHandlersTests {
  @Test("all of them are registered under the names that definitions use")
  func names() {
    var registry = HandlerRegistry()
    BuiltinHandlers.register(into: &registry, logger: Logger(label: "test"))
    #expect(registry.names == ["exec", "log", "set", "simulate"])
  }
}
