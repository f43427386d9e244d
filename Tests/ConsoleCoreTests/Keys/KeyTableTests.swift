import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("The key tables")
struct KeyTableTests {
  @Test("no key lacks a label or a sentence of help", arguments: KeyContext.all)
  func help(context: KeyContext) {
    for binding in KeyTable.bindings(in: context) {
      #expect(!binding.keys.isEmpty)
      #expect(!binding.label.isEmpty, "\(binding.keyNames) has no label")
      #expect(binding.help.columns > 5, "\(binding.keyNames) has no help")
    }
  }

  @Test("a key means one thing only", arguments: KeyContext.all)
  func unambiguous(context: KeyContext) {
    var seen: Set<KeyPress> = []
    for key in KeyTable.bindings(in: context).flatMap(\.keys) {
      #expect(seen.insert(key).inserted, "\(key.label) stands twice in \(context)")
    }
  }

  @Test("only capital letters open a plan, and every verb has one")
  func verbsAreCapitals() {
    for context in KeyContext.all {
      for binding in KeyTable.bindings(in: context) {
        guard case .verb = binding.command else { continue }
        for key in binding.keys {
          guard case .character(let letter) = key else {
            Issue.record("\(key.label) opens a plan")
            continue
          }
          #expect(letter.properties.isUppercase)
        }
      }
    }
    let verbs = KeyTable.bindings(in: .list(.instances)).compactMap { binding -> VerbKind? in
      if case .verb(let kind) = binding.command { kind } else { nil }
    }
    #expect(Set(verbs) == Set(VerbKind.allCases))
  }

  /// Every key that could be pressed without knowing better.
  private static let harmless: [KeyPress] =
    (UInt8(ascii: "a")...UInt8(ascii: "z")).map { KeyPress.character(Unicode.Scalar($0)) }
    + (UInt8(ascii: "a")...UInt8(ascii: "z")).map { KeyPress.control(Unicode.Scalar($0)) }
    + [.enter, .escape, .tab, .backTab, .up, .down, .delete, .backspace, .insert]

  @Test(
    "no small letter, no control key and no Enter alone changes anything, wherever it is pressed",
    arguments: [
      [], ["R"], ["2", "R"], ["3", "F"], ["enter"], ["enter", "tab", "B"], ["*", "P"], ["X"], ["5", "T"],
    ])
  func harmlessKeys(before: [String]) {
    for first in Self.harmless {
      for second in [KeyPress.enter, .tab, first] {
        var console = ConsoleDriver()
        for name in before { console.press(name) }
        console.send(.key(first))
        console.send(.key(second))
        console.send(.key(.enter))
        #expect(console.executed.isEmpty, "\(before) \(first.label) \(second.label) enter")
      }
    }
  }

  @Test("in a read-only console every changing key says why it is off", arguments: VerbKind.allCases)
  func readOnly(kind: VerbKind) {
    var console = ConsoleDriver(access: .readOnly(reason: "the file may not be written"))
    console.send(.key(kind.key))
    #expect(console.sheet == nil)
    #expect(console.model.notice?.text.string.contains("read-only: the file may not be written") == true)
  }

  @Test("a key that is off says why instead of doing nothing")
  func disabled() {
    var console = ConsoleDriver()
    console.press("j", "R")
    #expect(console.model.notice?.text.string == "retry is off: nothing has failed here")
    console.press("D")
    #expect(console.model.notice?.text.string == "delete is off: only an ended instance can be deleted")
    console.press("F")
    #expect(console.model.notice?.text.string == "fire is off: choose the timer in view 3 or its pane")
  }

  @Test("an unknown key points to help")
  func unknownKey() {
    var console = ConsoleDriver()
    console.press("F7")
    #expect(console.model.notice?.text.string == "F7 means nothing here; ? lists the keys")
  }
}
