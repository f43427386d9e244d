import EngineCore
import EngineTestKit
import Testing

@Suite("Random processes")
struct RandomProcessTests {
  @Test("the same seed grows the same process, and other seeds grow others")
  func seeds() {
    #expect(RandomProcess(seed: 5).definition == RandomProcess(seed: 5).definition)
    let texts = Set(
      (0..<50).map { RandomProcess(seed: $0).definition.canonicalJSON.replacing("random-\($0)", with: "") })
    #expect(texts.count > 45)
  }

  @Test("what grows passes the validator", arguments: 0..<10)
  func valid(block: UInt64) {
    for seed in (block * 50)..<(block * 50 + 50) {
      let process = RandomProcess(seed: seed)
      #expect(DefinitionValidator.issues(in: process.definition, handlers: RandomProcess.handlers).isEmpty)
    }
  }
}
