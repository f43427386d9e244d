import FoundationEssentials
import Testing

@testable import EngineCore

@Suite("JSON reading")
struct JSONParserTests {
  @Test(
    "JSON reads as the value it says",
    arguments: [
      (" null ", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-0.0e5", 0), ("12", 12),
      ("1.50", .number(Decimal(string: "1.5") ?? 0)), ("1e3", 1000), ("1E+3", 1000),
      ("25e-1", .number(Decimal(string: "2.5") ?? 0)),
      (
        "99999999999999999999999999999999999999",
        .number(Decimal(string: "99999999999999999999999999999999999999") ?? 0)
      ),
      ("-9223372036854775808", .number(Decimal(Int64.min))),
      ("0e999999999999999999999", 0),
      (#""a\"\\\/\b\f\n\r\t\u00e9""#, "a\"\\/\u{8}\u{C}\n\r\té"), (#""\ud83d\ude00""#, "😀"), ("\"é😀\"", "é😀"),
      ("[]", []), ("[1 , [2]\n]", [1, [2]]), ("{}", [:]), (#"{"b":1,"a":{"c":[]}}"#, ["a": ["c": []], "b": 1]),
    ] as [(String, Value)])
  func reads(json: String, value: Value) throws {
    #expect(try Value(json: json) == value)
  }

  @Test(
    "what is not JSON is refused with its place",
    arguments: [
      ("", 1, 1, "the text ends where a value should be"), ("  ", 1, 3, "the text ends where a value should be"),
      ("nul", 1, 1, "expected a value"), ("1 2", 1, 3, "unexpected text after the value"),
      ("[1,]", 1, 4, "expected a value"), ("[1", 1, 3, "expected a comma or the end of the array"),
      ("{\"a\":1,}", 1, 8, "expected a name in quotation marks"), ("{a:1}", 1, 2, "expected a name in quotation marks"),
      ("{\"a\" 1}", 1, 6, "expected a colon after the name"),
      ("{\"a\":1 \"b\":2}", 1, 8, "expected a comma or the end of the object"),
      ("{\n  \"é\": 1, x}", 2, 11, "expected a name in quotation marks"),
      ("[{\"b\":1,\"a\":2,\"b\":3}]", 1, 2, "the object has the name \"b\" twice"),
      ("01", 1, 1, "a number must not start with 0"), ("-", 1, 2, "expected a digit"),
      ("1.", 1, 3, "expected a digit after the point"),
      ("1e", 1, 3, "expected a digit in the exponent"), (".5", 1, 1, "expected a value"),
      ("+1", 1, 1, "expected a value"),
      ("NaN", 1, 1, "expected a value"), ("\"a", 1, 1, "the text is not closed"), ("\"\\", 1, 2, "unknown escape"),
      ("\"a\nb\"", 1, 3, "a control character must be written as an escape"),
      (#""\x""#, 1, 2, "unknown escape"),
      (#""\ud83d""#, 1, 2, "expected four hexadecimal digits of a character, or two such escapes for a pair"),
      (#""\u12""#, 1, 2, "expected four hexadecimal digits of a character, or two such escapes for a pair"),
      ("1e999", 1, 1, "the number has more than 38 digits or is too large or too small"),
      ("[1e-200]", 1, 2, "the number has more than 38 digits or is too large or too small"),
      (
        "3402823669209384634633746074317682114569", 1, 1,
        "the number has more than 38 digits or is too large or too small"
      ),
    ])
  func refuses(json: String, line: Int, column: Int, message: String) {
    #expect(throws: JSONError(line: line, column: column, message: message)) { try Value(json: json) }
  }

  @Test(
    "text that is not UTF-8 is refused",
    arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
  func invalidUnicode(bytes: [UInt8]) {
    #expect(throws: JSONError(line: 1, column: 2, message: "the text is not valid UTF-8")) { try Value(json: bytes) }
  }

  @Test("nesting is limited, for values more than for the records around them")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try Value(json: nested(Value.maximumDepth)).jsonText == nested(Value.maximumDepth))
    #expect(throws: JSONError.self) { try Value(json: nested(Value.maximumDepth + 1)) }
    #expect(throws: Never.self) {
      try JSONParser.parse(nested(JSONParser.maximumDepth), maximumDepth: JSONParser.maximumDepth)
    }
    #expect(throws: JSONError.self) { try JSONParser.parse(nested(100_000), maximumDepth: .max) }
    #expect(throws: JSONError.self) { try Value(json: String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test("every value survives writing and reading", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let value = generator.value(depth: 4)
      let text = value.jsonText
      #expect(try Value(json: text) == value)
      #expect(try Value(json: value.prettyJSON) == value)
      #expect(try Value(json: text).jsonText == text)
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0 ~= $0.value) })
    }
  }

  @Test(
    "damaged JSON neither crashes nor reads as something that cannot be written", arguments: 0..<20 as Range<UInt64>)
  func damage(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var bytes = generator.value(depth: 3).jsonBytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = .random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(generator.pick(Array("{}[]\",:\\u0e-.".utf8)), at: place)
        }
      }
      if let value = try? Value(json: bytes) { #expect(try Value(json: value.jsonBytes) == value) }
    }
  }
}
