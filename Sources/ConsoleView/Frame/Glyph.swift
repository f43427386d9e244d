import ConsoleCore

/// What one cell shows: a scalar with up to two combining marks, packed into eight bytes.
///
/// A frame has thousands of cells and is made anew for every key, so a cell must not own memory.
package struct Glyph: Hashable, Sendable {
  private static let bitsPerScalar = 21
  private static let scalarMask: UInt64 = (1 << 21) - 1

  /// The base in the lowest bits, then the marks; zero for the right half of a wide glyph.
  private var bits: UInt64

  /// A scalar that takes a column; anything else becomes the replacement mark.
  package init(_ scalar: Unicode.Scalar) {
    if case .columns = TerminalWidth.classify(scalar) {
      bits = UInt64(scalar.value)
    } else {
      bits = 0xFFFD
    }
  }

  private init(bits: UInt64) {
    self.bits = bits
  }

  package static let space = Glyph(" ")
  /// The right half of a glyph that takes two columns.
  package static let continuation = Glyph(bits: 0)

  package var isContinuation: Bool { bits == 0 }
  package var base: Unicode.Scalar { scalar(at: 0) ?? " " }
  /// The combining marks that stand on the base.
  package var marks: [Unicode.Scalar] { [scalar(at: 1), scalar(at: 2)].compactMap { $0 } }
  package var hasMarks: Bool { bits >> UInt64(Glyph.bitsPerScalar) != 0 }
  package var columns: Int { isContinuation ? 0 : TerminalWidth.columns(of: base) }

  /// The glyph without its combining marks.
  package var bare: Glyph { Glyph(bits: bits & Glyph.scalarMask) }

  /// Puts a mark on the glyph; what does not fit is dropped.
  mutating func combine(_ mark: Unicode.Scalar) {
    for index in 1...2 where scalar(at: index) == nil {
      bits |= UInt64(mark.value) << UInt64(index * Glyph.bitsPerScalar)
      return
    }
  }

  private func scalar(at index: Int) -> Unicode.Scalar? {
    let value = (bits >> UInt64(index * Glyph.bitsPerScalar)) & Glyph.scalarMask
    return value == 0 ? nil : Unicode.Scalar(UInt32(value))
  }
}

extension Glyph: ExpressibleByUnicodeScalarLiteral {
  package init(unicodeScalarLiteral value: Unicode.Scalar) {
    self.init(value)
  }
}
