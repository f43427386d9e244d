import EngineCore

/// What the operator typed behind `/`, with what it means.
package struct ListFilter: Sendable, Hashable {
  package var text: String
  package var words: InstanceFilter

  package init(text: String = "", words: InstanceFilter = InstanceFilter()) {
    self.text = text
    self.words = words
  }

  package static let none = ListFilter()

  package var isEmpty: Bool { text.allSatisfy { $0 == " " } }
}

/// A filter that cannot be read, in words for the person who types it.
package struct FilterRefusal: Error, Sendable, Hashable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
