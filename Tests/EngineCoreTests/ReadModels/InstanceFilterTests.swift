import EngineCore
import Testing

@Suite("Filters are read as they are typed")
struct InstanceFilterTests {
  static let words: [(String, InstanceFilter.Word)] = [
    ("state:running", .state(.running)),
    ("state:compensated", .state(.compensated)),
    ("state:incident", .hasIncident),
    ("state:suspended", .isSuspended),
    ("def:order", .definition(key: "order", version: nil)),
    ("def:order@12", .definition(key: "order", version: 12)),
    ("key:A-17", .key("A-17")),
    ("key:a:b", .key("a:b")),
    ("key:\"a b\"", .key("a b")),
    ("node:reserve", .node("reserve")),
    ("error:TIMEOUT", .error("TIMEOUT")),
    ("error:\"exit 1\"", .error("exit 1")),
    ("var.amount=5", .variable(name: "amount", value: "5")),
    ("var.total_2=", .variable(name: "total_2", value: "")),
    ("var.customer=\"Smith & Sons\"", .variable(name: "customer", value: "Smith & Sons")),
    ("age>1h", .age(.greater, .seconds(3600))),
    ("age<PT30S", .age(.less, .seconds(30))),
    ("changed<90s", .changed(.less, .seconds(90))),
    ("due<5m", .due(.less, .seconds(300))),
    ("due>2d", .due(.greater, .seconds(172_800))),
    ("17", .text("17")),
    ("17:30", .text("17:30")),
    ("a-b=c", .text("a-b=c")),
    (":x", .text(":x")),
    ("\"state:running\"", .text("state:running")),
    ("\"say \\\"hi\\\"\"", .text("say \"hi\"")),
    ("größe", .text("größe")),
  ]

  @Test("a word means what it says", arguments: words)
  func word(text: String, word: InstanceFilter.Word) throws {
    #expect(try InstanceFilter.parse(text).words == [word])
  }

  @Test("a filter's text is read as the same filter", arguments: words)
  func text(text: String, word: InstanceFilter.Word) throws {
    let filter = InstanceFilter(words: [word, .text("a \\ \"b\"")])
    #expect(try InstanceFilter.parse(filter.text) == filter)
  }

  @Test("words stand between blanks, however many")
  func severalWords() throws {
    let filter = try InstanceFilter.parse("  state:running   age>1h\tfoo ")
    #expect(filter.words == [.state(.running), .age(.greater, .seconds(3600)), .text("foo")])
    #expect(try InstanceFilter.parse("   ").words.isEmpty)
  }

  static let mistakes: [(String, word: String, says: String)] = [
    ("state:done", "state:done", "running, compensating, completed"),
    ("foo state:", "state:", "a value is missing"),
    ("def:order@x", "def:order@x", "def:order@2"),
    ("def:@2", "def:@2", "def:order@2"),
    ("age>soon", "age>soon", "30s, 5m"),
    ("age=1h", "age=1h", "age>"),
    ("size>5", "size>5", "no such word"),
    ("colour:red", "colour:red", "put it in quotes"),
    ("var.=5", "var.=5", "name of the variable"),
    ("key:\"a b", "key:\"a b", "closing quote"),
    ("\"\"", "\"\"", "nothing between"),
  ]

  @Test("a mistake is named, with what would be right", arguments: mistakes)
  func mistake(text: String, word: String, says: String) {
    let error = #expect(throws: FilterError.self) { try InstanceFilter.parse(text) }
    #expect(error?.word == word)
    #expect(error?.message.contains(says) ?? false, "\(error?.description ?? "")")
  }
}
