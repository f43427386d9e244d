/// Makes one untrusted text safe, scalar by scalar.
struct TextSanitiser {
  private let limit: Int
  private var output = String.UnicodeScalarView()
  private var columns = 0
  /// Combining marks on the cell that is being built; nil where there is nothing to stand on.
  private var marks: Int?
  private var previous: Unicode.Scalar?

  init(limit: Int) {
    self.limit = limit
  }

  mutating func sanitise(_ text: String) -> SafeText {
    var read = 0
    for scalar in text.unicodeScalars {
      guard read < limit else {
        append("…", columns: 1)
        break
      }
      read += 1
      take(scalar)
      previous = scalar
    }
    return SafeText(trusted: String(output), columns: columns)
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    switch TerminalWidth.classify(scalar) {
    case .columns(let width):
      append(scalar, columns: width)
      marks = 0
    case .combining:
      combine(scalar)
    case .refused:
      refuse(scalar)
    }
  }

  private mutating func combine(_ mark: Unicode.Scalar) {
    guard let count = marks else {
      append(SafeText.carrier, columns: 1)
      output.append(mark)
      marks = 1
      return
    }
    if count < SafeText.combiningLimit {
      output.append(mark)
      marks = count + 1
    } else if count == SafeText.combiningLimit {
      // One mark for the whole pile: the next ones find the count above the limit and are dropped.
      append(SafeText.replacement, columns: 1)
      marks = count + 1
    }
  }

  private mutating func refuse(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x0A where previous == "\r":
      return  // A line's end of two scalars is shown as one mark.
    case 0x0D:
      append("\u{240A}", columns: 1)
    case 0x00..<0x20:
      append(Unicode.Scalar(0x2400 + scalar.value) ?? SafeText.replacement, columns: 1)
    case 0x7F:
      append("\u{2421}", columns: 1)
    case 0xFE0F where previous?.properties.isEmoji == true:
      return  // Only asks for the coloured form of the emoji before it; its width would be disputed.
    default:
      append(SafeText.replacement, columns: 1)
    }
    marks = nil
  }

  private mutating func append(_ scalar: Unicode.Scalar, columns width: Int) {
    output.append(scalar)
    columns += width
  }
}
