import FoundationEssentials
import Testing

@testable import EngineCore

@Suite("JSON writing")
struct JSONWriterTests {
  @Test(
    "canonical text sorts names, leaves out spaces and writes numbers exactly",
    arguments: [
      (.null, "null"),
      (true, "true"),
      (0, "0"),
      (-1, "-1"),
      (.number(Decimal(Int64.max)), "9223372036854775807"),
      (.number(Decimal(Int64.min)), "-9223372036854775808"),
      (.number(Decimal(string: "12.50") ?? 0), "12.5"),
      (.number(Decimal(string: "-0.05") ?? 0), "-0.05"),
      (.number(Decimal(string: "1e21") ?? 0), "1000000000000000000000"),
      (
        .number(Decimal(string: "0.1234567890123456789012345678901234567") ?? 0),
        "0.1234567890123456789012345678901234567"
      ),
      (.number(.nan), "null"),
      ("", "\"\""),
      ([], "[]"),
      ([:], "{}"),
      (["b": [1, "x", [:]], "a": .null, "B": false], #"{"B":false,"a":null,"b":[1,"x",{}]}"#),
    ] as [(Value, String)])
  func canonical(value: Value, text: String) {
    #expect(value.jsonText == text)
    #expect(String(decoding: value.jsonBytes, as: UTF8.self) == text)
  }

  @Test(
    "characters that steer a terminal or turn text leave as escapes",
    arguments: [
      ("\u{0}", #"\u0000"#), ("\u{1B}[2J", #"\u001b[2J"#), ("\u{7F}", #"\u007f"#), ("\u{9B}1m", #"\u009b1m"#),
      ("\u{80}", #"\u0080"#), ("\u{A0}", "\u{A0}"), ("\u{2028}\u{2029}", #"\u2028\u2029"#), ("\u{202E}x", #"\u202ex"#),
      ("\u{200E}\u{200F}", #"\u200e\u200f"#), ("\u{2066}\u{2069}", #"\u2066\u2069"#), ("\u{61C}", #"\u061c"#),
      ("a\"b\\c/d", #"a\"b\\c/d"#), ("\n\r\t\u{8}\u{C}", #"\n\r\t\b\f"#), ("grüße €…ب😀", "grüße €…ب😀"),
    ])
  func escapes(text: String, escaped: String) throws {
    #expect(Value.string(text).jsonText == "\"\(escaped)\"")
    #expect(try Value(json: "\"\(escaped)\"") == .string(text))
  }

  @Test("pieces written by hand get their commas")
  func pieces() {
    var writer = JSONWriter(capacity: 8)
    writer.beginArray()
    writer.writeInteger(7)
    writer.writeString("order")
    writer.writeString(nil)
    writer.beginObject()
    writer.writeName("a")
    writer.writeBoolean(true)
    writer.writeName("b")
    writer.beginArray()
    writer.endArray()
    writer.endObject()
    writer.writeRaw(Array("[1]".utf8))
    writer.write([1, 2])
    writer.endArray()
    writer.endLine()
    writer.writeInteger(-10)
    #expect(writer.text == #"[7,"order",null,{"a":true,"b":[]},[1],[1,2]]"# + "\n-10")
    writer.removeAll()
    writer.writeNull()
    #expect(writer.text == "null")
  }

  @Test("pretty text has one name or element a line")
  func pretty() {
    let value: Value = ["a": 1, "list": [1, [], ["x": .null]], "none": [:]]
    #expect(
      value.prettyJSON == """
        {
          "a": 1,
          "list": [
            1,
            [],
            {
              "x": null
            }
          ],
          "none": {}
        }
        """)
  }

  @Test("a value describes itself as a FEEL literal")
  func description() {
    let value: Value = [
      "amount": .number(Decimal(string: "12.5") ?? 0), "unit price": .null, "tags": ["a\u{1B}", true],
    ]
    #expect(value.description == #"{amount: 12.5, tags: ["a\u001b", true], "unit price": null}"#)
  }
}
