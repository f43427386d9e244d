import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("The command line behind the colon")
struct CommandLineTests {
  @Test(
    "a beginning that fits one word is enough",
    arguments: [
      ("inc", ViewKind.incidents), ("tim", .timers), ("a", .audit), ("eng", .engine), ("incidents", .incidents),
    ])
  func prefix(text: String, kind: ViewKind) {
    var console = ConsoleDriver()
    console.press(":")
    console.type(text)
    console.press("enter")
    #expect(console.model.listKind == kind)
    #expect(console.prompt == nil)
  }

  @Test("an ambiguous or unknown word stays to be corrected and says what it could be")
  func refused() {
    var console = ConsoleDriver()
    console.press(":")
    console.type("in")
    console.press("enter")
    #expect(console.prompt?.error?.string == "in could be instances, incidents")
    console.type("x")
    console.press("enter")
    #expect(console.prompt?.error?.string == "there is no view, verb or instance called inx")
    console.press("esc")
    #expect(console.prompt == nil)
  }

  @Test("tab completes as far as all candidates agree")
  func completion() {
    var console = ConsoleDriver()
    console.press(":")
    console.type("de")
    #expect(console.prompt?.candidates == ["definitions", "delete"])
    console.type("f")
    console.press("tab")
    #expect(console.prompt?.editor.text == "definitions")
  }

  @Test("in an opened instance a word may name a pane")
  func panes() {
    var console = ConsoleDriver()
    console.press("enter", ":")
    console.type("var")
    console.press("enter")
    #expect(console.model.instanceView?.pane == .variables)
  }

  @Test("a verb behind the colon opens its plan, like its letter")
  func verb() {
    var console = ConsoleDriver()
    console.press(":")
    console.type("retry")
    console.press("enter")
    #expect(console.sheet?.kind == .retry)
    #expect(console.executed.isEmpty)
  }

  @Test("a verb that is off says why")
  func verbOff() {
    var console = ConsoleDriver()
    console.press(":")
    console.type("delete")
    console.press("enter")
    #expect(console.sheet == nil)
    #expect(console.model.notice?.text.string == "only an ended instance can be deleted")
  }

  @Test("filter takes words")
  func filter() {
    var console = ConsoleDriver()
    console.press(":")
    console.type("filter state:incident")
    console.press("enter")
    #expect(console.model[list: .instances].filter.words == InstanceFilter(words: [.hasIncident]))
  }

  @Test("earlier commands come back")
  func history() {
    var console = ConsoleDriver()
    for word in ["utc", "timers"] {
      console.press(":")
      console.type(word)
      console.press("enter")
    }
    console.press(":", "up")
    #expect(console.prompt?.editor.text == "timers")
    console.press("up", "up")
    #expect(console.prompt?.editor.text == "utc")
    console.press("down", "down")
    #expect(console.prompt?.editor.text == "")
  }
}

@Suite("Editing a line")
struct LineEditorTests {
  private func edited(_ text: String, _ keys: KeyPress...) -> LineEditor {
    var editor = LineEditor(text)
    for key in keys { _ = editor.take(key) }
    return editor
  }

  @Test("the usual keys do the usual things")
  func keys() {
    #expect(edited("ab", .left, .character("x")).text == "axb")
    #expect(edited("ab", .control("a"), .delete).text == "b")
    #expect(edited("ab", .backspace).text == "a")
    #expect(edited("one two", .control("w")).text == "one ")
    #expect(edited("one two  ", .control("w")).text == "one ")
    #expect(edited("ab", .left, .control("u")).text == "b")
    #expect(edited("ab", .home, .right, .control("k")).text == "a")
    #expect(edited("", .backspace, .delete, .left, .control("w")).text == "")
  }

  @Test("a paste is text on one line, of bounded length")
  func paste() {
    #expect(edited("", .paste("a\nb\r\nc")).text == "a b c")
    #expect(edited("", .paste(String(repeating: "x", count: 9_000))).text.count == LineEditor.limit)
  }

  @Test("a mark that combines with the character before it makes one character of both")
  func combining() {
    let editor = edited("e", .character("\u{301}"))
    #expect(editor.text == "e\u{301}")
    #expect(editor.cursor == 1)
  }
}
