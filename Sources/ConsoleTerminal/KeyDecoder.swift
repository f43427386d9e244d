import ConsoleCore

/// What the terminal library makes of the bytes that arrived, before we do.
enum RawKey: Equatable {
  case scalar(UInt32)
  case key(KeyPress)
  case pasteStart
  case pasteEnd
  /// A key that the terminal has and we do not use.
  case unused
}

/// Puts keys together from what the terminal library leaves: control keys, pastes, and escape sequences that it does
/// not know.
///
/// An unknown sequence must not fall apart into letters: the last one of `ESC [ 1 ; 5 C` would ask to cancel something.
struct KeyDecoder {
  private enum State: Equatable {
    case plain
    /// An escape has arrived, which stands alone if nothing follows at once.
    case escape
    /// `ESC [` has arrived, and these parameters.
    case sequence([UInt8])
    /// `ESC O` has arrived: one more scalar belongs to it.
    case singleShift
    case paste
  }

  private var state = State.plain
  private var pasted = String.UnicodeScalarView()
  private var pastedCount = 0

  /// How many scalars of one paste are kept.
  static let pasteLimit = 65_536
  private static let parameterLimit = 32

  /// Takes one piece; returns the keys that it completes.
  mutating func feed(_ raw: RawKey) -> [KeyPress] {
    switch (raw, state) {
    case (.pasteStart, _):
      state = .paste
      pasted = String.UnicodeScalarView()
      pastedCount = 0
      return []
    case (.pasteEnd, .paste):
      state = .plain
      return [.paste(String(pasted))]
    case (.pasteEnd, _):
      return []
    case (.scalar(let value), .paste):
      paste(value)
      return []
    case (.key(.enter), .paste):
      paste(0x0A)
      return []
    case (_, .paste):
      return []
    case (.scalar(let value), _):
      return scalar(value)
    case (.key(let key), _):
      return flush() + [key]
    case (.unused, _):
      return flush()
    }
  }

  /// Nothing more has arrived: an escape that waits for the rest of a sequence is the key itself.
  mutating func flush() -> [KeyPress] {
    switch state {
    case .plain, .paste:
      return []
    case .escape:
      state = .plain
      return [.escape]
    case .sequence, .singleShift:
      state = .plain
      return []
    }
  }

  private mutating func scalar(_ value: UInt32) -> [KeyPress] {
    switch state {
    case .escape:
      state = .plain
      switch value {
      case 0x5B: state = .sequence([])
      case 0x4F: state = .singleShift
      case 0x1B:
        state = .escape
        return [.escape]
      default: return [.escape] + key(value)
      }
      return []
    case .sequence(let parameters):
      guard let byte = UInt8(exactly: value), (0x20...0x7E).contains(byte) else {
        state = .plain
        return key(value)
      }
      if byte < 0x40 {
        state = parameters.count < KeyDecoder.parameterLimit ? .sequence(parameters + [byte]) : .sequence(parameters)
        return []
      }
      state = .plain
      return sequence(parameters, final: byte)
    case .singleShift:
      state = .plain
      return sequence([], final: UInt8(exactly: value) ?? 0)
    case .plain, .paste:
      return key(value)
    }
  }

  private mutating func key(_ value: UInt32) -> [KeyPress] {
    switch value {
    case 0x1B:
      state = .escape
      return []
    case 0x00: return [.control(" ")]
    case 0x08, 0x7F: return [.backspace]
    case 0x09: return [.tab]
    case 0x0A, 0x0D: return [.enter]
    case 0x01...0x1A: return [.control(Unicode.Scalar(UInt8(value) + 0x60))]
    case 0x1C...0x1F: return [.control(Unicode.Scalar(UInt8(value) + 0x40))]
    default:
      guard let scalar = Unicode.Scalar(value), TerminalWidth.classify(scalar) != .refused else { return [] }
      return [.character(scalar)]
    }
  }

  /// Keys that terminals send in another mode than the one they were put into; modifiers are left out.
  private func sequence(_ parameters: [UInt8], final: UInt8) -> [KeyPress] {
    let first = parameters.prefix { (0x30...0x39).contains($0) }.reduce(0) { min($0 * 10 + Int($1) - 0x30, 9999) }
    switch final {
    case UInt8(ascii: "A"): return [.up]
    case UInt8(ascii: "B"): return [.down]
    case UInt8(ascii: "C"): return [.right]
    case UInt8(ascii: "D"): return [.left]
    case UInt8(ascii: "H"): return [.home]
    case UInt8(ascii: "F"): return [.end]
    case UInt8(ascii: "Z"): return [.backTab]
    case UInt8(ascii: "M"): return parameters.isEmpty ? [.enter] : []
    // With another first number than 1 this is an answer of the terminal about its cursor.
    case UInt8(ascii: "P")...UInt8(ascii: "S"): return first <= 1 ? [.function(Int(final) - 0x4F)] : []
    case UInt8(ascii: "~"): return tilde(first)
    default: return []
    }
  }

  private func tilde(_ number: Int) -> [KeyPress] {
    switch number {
    case 1, 7: [.home]
    case 2: [.insert]
    case 3: [.delete]
    case 4, 8: [.end]
    case 5: [.pageUp]
    case 6: [.pageDown]
    case 11...15: [.function(number - 10)]
    case 17...21: [.function(number - 11)]
    case 23, 24: [.function(number - 12)]
    default: []
    }
  }

  private mutating func paste(_ value: UInt32) {
    let value = value == 0x0D ? 0x0A : value
    guard let scalar = Unicode.Scalar(value), pastedCount < KeyDecoder.pasteLimit else { return }
    pastedCount += 1
    pasted.append(scalar)
  }
}
