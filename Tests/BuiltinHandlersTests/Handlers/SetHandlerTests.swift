import EngineCore
import EngineRuntime
import Testing

@testable import BuiltinHandlers

@Suite("The handler `set`")
struct SetHandlerTests {
  @Test("its result is its configuration")
  func resultIsConfiguration() async {
    #expect(await SetHandler().execute(testContext(["total": 12])) == .completed(result: ["total": 12]))
    #expect(await SetHandler().execute(testContext(.null)) == .completed(result: [:]))
  }

  @Test("anything but named values is refused", arguments: [["a"], "a", 1, true] as [Value])
  func refused(configuration: Value) async {
    #expect(SetHandler().validate(configuration: .literal(configuration))?.contains("named values") == true)
    #expect(await SetHandler().execute(testContext(configuration)).failure?.isRetryable == false)
  }

  @Test("named values and expressions are accepted")
  func accepted() throws {
    #expect(SetHandler().validate(configuration: .literal(["a": 1])) == nil)
    #expect(SetHandler().validate(configuration: .expression(try Expression("a"))) == nil)
  }
}
