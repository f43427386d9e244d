import CVterm

/// A terminal without a window: takes the bytes that a program writes and says what a person would see.
package final class VirtualScreen {
  private let terminal: OpaquePointer
  private let screen: OpaquePointer
  private let properties: UnsafeMutablePointer<Properties>
  private let callbacks: UnsafeMutablePointer<VTermScreenCallbacks>
  package private(set) var width: Int
  package private(set) var height: Int
  /// How many bytes have been fed so far.
  package private(set) var byteCount = 0

  /// What the program has switched on.
  struct Properties {
    var isAlternate = false
    var showsCursor = true
    var tracksMouse = false
  }

  /// What one place shows.
  package struct Cell: Equatable, CustomStringConvertible {
    package var text: String
    package var width: Int
    package var foreground: Colour
    package var background: Colour
    package var isBold: Bool
    package var isUnderlined: Bool
    package var isReversed: Bool
    package var isItalic: Bool

    package var description: String { "“\(text)” \(foreground) on \(background)" }
  }

  /// A colour as it was asked for.
  package enum Colour: Equatable {
    case terminalDefault
    case indexed(Int)
    case rgb(Int, Int, Int)
  }

  package init(width: Int = 80, height: Int = 24) {
    self.width = width
    self.height = height
    terminal = vterm_new(Int32(height), Int32(width))
    vterm_set_utf8(terminal, 1)
    screen = vterm_obtain_screen(terminal)
    properties = .allocate(capacity: 1)
    properties.initialize(to: Properties())
    callbacks = .allocate(capacity: 1)
    callbacks.initialize(to: VTermScreenCallbacks())
    callbacks.pointee.settermprop = { property, value, user in
      guard let value, let properties = user?.assumingMemoryBound(to: Properties.self) else { return 1 }
      switch property {
      case VTERM_PROP_ALTSCREEN: properties.pointee.isAlternate = value.pointee.boolean != 0
      case VTERM_PROP_CURSORVISIBLE: properties.pointee.showsCursor = value.pointee.boolean != 0
      case VTERM_PROP_MOUSE: properties.pointee.tracksMouse = value.pointee.number != 0
      default: break
      }
      return 1
    }
    vterm_screen_set_callbacks(screen, callbacks, properties)
    vterm_screen_enable_altscreen(screen, 1)
    vterm_screen_reset(screen, 1)
  }

  deinit {
    vterm_free(terminal)
    callbacks.deallocate()
    properties.deallocate()
  }

  package func feed(_ bytes: [UInt8]) {
    byteCount += bytes.count
    bytes.withUnsafeBytes { raw in
      guard let start = raw.baseAddress else { return }
      _ = vterm_input_write(terminal, start.assumingMemoryBound(to: CChar.self), raw.count)
    }
  }

  package func resize(width: Int, height: Int) {
    self.width = width
    self.height = height
    vterm_set_size(terminal, Int32(height), Int32(width))
  }

  package var isAlternate: Bool { properties.pointee.isAlternate }
  package var showsCursor: Bool { properties.pointee.showsCursor }
  package var tracksMouse: Bool { properties.pointee.tracksMouse }

  package var cursor: (x: Int, y: Int) {
    var position = VTermPos()
    vterm_state_get_cursorpos(vterm_obtain_state(terminal), &position)
    return (Int(position.col), Int(position.row))
  }

  package func cell(x: Int, y: Int) -> Cell {
    var raw = VTermScreenCell()
    vterm_screen_get_cell(screen, VTermPos(row: Int32(y), col: Int32(x)), &raw)
    return Cell(
      text: VirtualScreen.text(of: raw), width: Int(raw.width), foreground: VirtualScreen.colour(raw.fg),
      background: VirtualScreen.colour(raw.bg), isBold: raw.attrs.bold != 0, isUnderlined: raw.attrs.underline != 0,
      isReversed: raw.attrs.reverse != 0, isItalic: raw.attrs.italic != 0)
  }

  /// One row, without the spaces at its end.
  package func row(_ y: Int) -> String {
    var line = Substring("")
    var x = 0
    while x < width {
      let cell = cell(x: x, y: y)
      line += cell.text.isEmpty ? " " : cell.text
      x += max(1, cell.width)
    }
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  /// All rows, without empty ones at the end.
  package var text: String {
    var rows = (0..<height).map(row)
    while rows.last?.isEmpty == true { rows.removeLast() }
    return rows.joined(separator: "\n")
  }

  private static func text(of cell: VTermScreenCell) -> String {
    var text = String.UnicodeScalarView()
    withUnsafeBytes(of: cell.chars) { raw in
      for value in raw.bindMemory(to: UInt32.self) {
        guard value != 0, value != UInt32.max, let scalar = Unicode.Scalar(value) else { break }
        text.append(scalar)
      }
    }
    return String(text)
  }

  private static func colour(_ colour: VTermColor) -> Colour {
    let isDefault = UInt8(VTERM_COLOR_DEFAULT_FG.rawValue) | UInt8(VTERM_COLOR_DEFAULT_BG.rawValue)
    if colour.type & isDefault != 0 { return .terminalDefault }
    if colour.type & UInt8(VTERM_COLOR_INDEXED.rawValue) != 0 { return .indexed(Int(colour.indexed.idx)) }
    return .rgb(Int(colour.rgb.red), Int(colour.rgb.green), Int(colour.rgb.blue))
  }
}
