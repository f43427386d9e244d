// Workflow data is hostile: a business key can hold an escape sequence, a variable can turn the reading direction
// around, an error message can carry a thousand combining marks. A terminal obeys all of that.
//
// Therefore text that is shown is a type of its own, and the only way from a `String` to it replaces whatever a
// terminal would obey or would not show. What is replaced stays visible, so that two keys that differ look different.

/// Text that can be shown in a terminal: every scalar takes a known number of columns and none is obeyed.
///
/// Literals are our own words. Everything else comes in through `init(untrusted:)`; interpolation takes other safe
/// texts and integers only, so that a `String` cannot slip in.
package struct SafeText: Sendable, Hashable {
  /// The text, free of control, formatting and invisible scalars.
  package let string: String
  /// The columns that the text takes.
  package let columns: Int

  /// How many scalars of an untrusted text are looked at; the rest is cut off and an ellipsis says so.
  package static let scalarLimit = 4096
  /// How many combining marks one cell may hold.
  package static let combiningLimit = 2
  /// Stands for whatever has no visible form.
  static let replacement: Unicode.Scalar = "\u{FFFD}"
  /// Carries a combining mark that has nothing to stand on.
  static let carrier: Unicode.Scalar = "\u{25CC}"

  /// The only door for text from a store, a file, a command or the keyboard.
  ///
  /// - Parameters:
  ///   - text: any text, of any length; no more than `limit` scalars of it are read.
  ///   - limit: how many scalars are let through.
  package init(untrusted text: String, limit: Int = SafeText.scalarLimit) {
    if let plain = SafeText.plainASCII(text, limit: limit) {
      self = plain
    } else {
      var sanitiser = TextSanitiser(limit: limit)
      self = sanitiser.sanitise(text)
    }
  }

  /// Our own words.
  package init(literal: StaticString) {
    self.init(untrusted: literal.description, limit: .max)
  }

  /// A number in digits.
  package init(_ number: some BinaryInteger) {
    let digits = String(number)
    self.init(trusted: digits, columns: digits.utf8.count)
  }

  /// No text.
  package init() {
    self.init(trusted: "", columns: 0)
  }

  /// For what has already been made safe.
  init(trusted string: String, columns: Int) {
    self.string = string
    self.columns = columns
  }

  package var isEmpty: Bool { columns == 0 }

  /// Whether every scalar is printable ASCII, which then takes one byte and one column each.
  var isASCII: Bool { columns == string.utf8.count }

  package static func + (left: SafeText, right: SafeText) -> SafeText {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    return SafeText(trusted: left.string + right.string, columns: left.columns + right.columns)
  }

  package static func += (left: inout SafeText, right: SafeText) {
    left = left + right
  }

  /// The text repeated, for rules and bars.
  package static func repeating(_ text: SafeText, count: Int) -> SafeText {
    guard count > 0 else { return SafeText() }
    return SafeText(trusted: String(repeating: text.string, count: count), columns: text.columns * count)
  }

  /// The usual case, without looking at Unicode at all.
  private static func plainASCII(_ text: String, limit: Int) -> SafeText? {
    var text = text
    let length = text.withUTF8 { bytes in
      bytes.count <= limit && bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? bytes.count : nil
    }
    return length.map { SafeText(trusted: text, columns: $0) }
  }
}

extension SafeText: ExpressibleByStringInterpolation {
  /// Our own words.
  package init(stringLiteral value: StaticString) {
    self.init(literal: value)
  }

  package init(stringInterpolation: Interpolation) {
    self = stringInterpolation.text
  }

  /// Puts literals, safe texts and integers together.
  package struct Interpolation: StringInterpolationProtocol {
    var text = SafeText()

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: StaticString) {
      text += SafeText(literal: literal)
    }

    package mutating func appendInterpolation(_ part: SafeText) {
      text += part
    }

    package mutating func appendInterpolation(_ number: some BinaryInteger) {
      text += SafeText(number)
    }
  }
}

extension SafeText: CustomStringConvertible, Comparable {
  package var description: String { string }

  package static func < (left: SafeText, right: SafeText) -> Bool { left.string < right.string }
}
