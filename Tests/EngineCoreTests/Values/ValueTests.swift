import FoundationEssentials
import Testing

@testable import EngineCore

@Suite("Values and contexts")
struct ValueTests {
  @Test("equal numbers are equal values with equal hashes, whatever their digits")
  func numbers() {
    let one = Value.number(1)
    let alsoOne = Value.number(DecimalParts(isNegative: false, significand: 1000, exponent: -3).decimal ?? 0)
    #expect(one == alsoOne)
    #expect(one.hashValue == alsoOne.hashValue)
    #expect(Value.number(Decimal(string: "340282366920938463463374607431768211455") ?? 0) != one)
    #expect(Set<Value>([1, 1, "1", true, .null, [1]]).count == 5)
  }

  @Test("accessors give the content of their own kind alone")
  func accessors() {
    let value: Value = [
      "n": 12, "s": "x", "b": true, "l": [1, 2], "c": ["d": ["e": 5]], "f": .number(Decimal(string: "1.5") ?? 0),
    ]
    #expect(value["n"]?.intValue == 12)
    #expect(value["n"]?.numberValue == 12)
    #expect(value["f"]?.intValue == nil)
    #expect(value["s"]?.stringValue == "x")
    #expect(value["s"]?.intValue == nil)
    #expect(value["b"]?.booleanValue == true)
    #expect(value["l"]?.listValue == [1, 2])
    #expect(value["l"]?[1] == 2)
    #expect(value["l"]?[2] == nil)
    #expect(value["missing"] == nil)
    #expect(value.value(atPath: "c.d.e") == 5)
    #expect(value.value(atPath: "c.x.e") == nil)
    #expect(value.contextValue?.value(atPath: "c.d") == ["e": 5])
    #expect(Value.null.isNull && !value.isNull)
    #expect(
      [Value.null, true, 1, "", [], [:]].map(\.typeName) == ["null", "boolean", "number", "string", "list", "context"])
  }

  @Test("a context stays sorted through every change", arguments: 0..<10 as Range<UInt64>)
  func context(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var context = Context()
    var other = Context()
    var model: [String: Value] = [:]
    for step in 0..<200 {
      let name = "n\(Int.random(in: 0..<30, using: &generator))"
      let value: Value? = Int.random(in: 0..<4, using: &generator) == 0 ? nil : .init(step)
      context[name] = value
      model[name] = value
      if step % 7 == 0 { other[name] = "other" }
    }
    #expect(context.entries.map(\.name) == model.keys.sorted())
    #expect(model.allSatisfy { context[$0.key] == $0.value })
    let merged = context.merging(other)
    #expect(merged.entries.map(\.name) == Set(model.keys).union(other.entries.map(\.name)).sorted())
    #expect(merged.entries.allSatisfy { $0.value == other[$0.name] ?? context[$0.name] })
  }

  @Test("values travel through coders", arguments: 0..<10 as Range<UInt64>)
  func coding(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let value = generator.value(depth: 3)
    let copy = try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    #expect(copy == value)
  }

  @Test("the layout of Decimal is the one that we read and write", arguments: 0..<20 as Range<UInt64>)
  func layout(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let number = generator.decimal()
      let parts = DecimalParts(number)
      #expect(parts.text == number.description)
      #expect(parts.exponent == number.exponent)
      #expect(Decimal(string: parts.text) == number)
      #expect(Decimal(string: parts.text).map { DecimalParts($0).compacted } == parts.compacted)
    }
    #expect(DecimalParts(.nan) == .zero)
    #expect(DecimalParts(Decimal(Int64.min)).integer == .min)
    #expect(DecimalParts(Decimal(string: "9223372036854775808") ?? 0).integer == nil)
  }
}
