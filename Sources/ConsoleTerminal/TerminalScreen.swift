import CTerminal
import ConsoleCore
import ConsoleView
import Glibc

/// The terminal as a place for frames: paints what changed and reads keys.
///
/// Belongs to the thread that made it; ncurses locks nothing.
package final class TerminalScreen {
  private let handle: OpaquePointer
  private let configuration: TerminalConfiguration
  private var painter: CellPainter
  private var decoder = KeyDecoder()
  /// What the terminal shows; nil where that is not known.
  private var shown: Frame?

  /// How many keys one batch holds; the rest waits for the next.
  static let batchLimit = 4096
  /// What terminals are known to accept into their clipboard at least, before encoding.
  package static let clipboardLimit = 48_000

  /// Takes the terminal over: raw keys, and the alternate screen with the first frame.
  package init(_ configuration: TerminalConfiguration, theme: Theme) throws(TerminalError) {
    guard let type = configuration.type else { throw .typeMissing }
    var opened: OpaquePointer?
    let (width, height) = configuration.size ?? (0, 0)
    let result = ct_screen_open(
      type, configuration.input, configuration.output, Int32(width), Int32(height), &opened)
    switch result {
    case CT_OPENED: break
    case CT_TERMINAL_UNKNOWN: throw .typeUnknown(type)
    case CT_TERMINAL_TOO_SIMPLE: throw .typeTooSimple(type)
    default: throw .systemRefused(code: errno)
    }
    guard let opened else { throw .systemRefused(code: EINVAL) }
    handle = opened
    self.configuration = configuration
    painter = CellPainter(screen: opened, theme: theme, configuration: configuration)
    if configuration.guardsProcess {
      ct_crash_guard_arm(opened)
      ct_stderr_hold()
    }
  }

  /// Gives the terminal back for good. Must be the last call.
  package func close() {
    if configuration.guardsProcess { ct_crash_guard_disarm() }
    ct_screen_close(handle)
    if configuration.guardsProcess { ct_stderr_release() }
  }

  package var size: (width: Int, height: Int) {
    var width: Int32 = 0
    var height: Int32 = 0
    ct_screen_size(handle, &width, &height)
    return (Int(width), Int(height))
  }

  /// The colours that are used: what the terminal has, or none where the user asked for none.
  package var depth: ColourDepth { painter.depth }

  /// Writes what differs from the last frame; nothing at all where nothing does.
  package func paint(_ frame: Frame) {
    let size = size
    let width = min(frame.width, size.width)
    let height = min(frame.height, size.height)
    let previous = shown.flatMap { $0.width == frame.width && $0.height == frame.height ? $0 : nil }
    if let previous, previous == frame { return }
    for y in 0..<height {
      for x in 0..<width {
        let index = y * frame.width + x
        var cell = frame.cells[index]
        if let previous, previous.cells[index] == cell { continue }
        // After the last column some terminals put a combining mark on the next row.
        if x + 1 == size.width { cell.glyph = cell.glyph.bare }
        // A wide glyph in the last column would be torn by a terminal that has become narrower.
        if cell.glyph.columns == 2 && x + 1 >= width { continue }
        painter.put(cell, x: x, y: y)
      }
    }
    let cursor = frame.cursor.flatMap { $0.x < size.width && $0.y < size.height ? $0 : nil }
    ct_screen_refresh(handle, Int32(cursor?.x ?? -1), Int32(cursor?.y ?? 0))
    shown = frame
  }

  /// Writes every cell anew with the next frame, whatever the terminal shows.
  package func forget() {
    shown = nil
    ct_screen_forget(handle)
  }

  /// Shows everything in another theme from the next frame on.
  package func use(_ theme: Theme) {
    shown = nil
    painter = CellPainter(screen: handle, theme: theme, configuration: configuration)
  }

  /// Takes over the size of the terminal; nil where it is still the same.
  package func adoptSize() -> (width: Int, height: Int)? {
    var width: Int32 = 0
    var height: Int32 = 0
    guard ct_window_size(configuration.output, &width, &height) else { return nil }
    return resize(width: Int(width), height: Int(height))
  }

  package func resize(width: Int, height: Int) -> (width: Int, height: Int)? {
    guard (width, height) != size, width > 0, height > 0 else { return nil }
    ct_screen_resize(handle, Int32(width), Int32(height))
    shown = nil
    return size
  }

  /// Gives the terminal back until `enter()`.
  package func leave() {
    ct_screen_leave(handle)
    if configuration.guardsProcess {
      ct_crash_guard_disarm()
      ct_stderr_release()
    }
  }

  package func enter() {
    if configuration.guardsProcess {
      ct_stderr_hold()
      ct_crash_guard_arm(handle)
    }
    ct_screen_enter(handle)
    shown = nil
  }

  /// The keys that have arrived. `hasEnded` says that the terminal is gone.
  package func readKeys() -> (keys: [KeyPress], hasEnded: Bool) {
    var keys: [KeyPress] = []
    while keys.count < TerminalScreen.batchLimit {
      var value: UInt32 = 0
      let kind = ct_screen_key(handle, &value)
      if kind == CT_KEY_NONE || kind == CT_KEY_END {
        return (keys + decoder.flush(), kind == CT_KEY_END)
      }
      keys += decoder.feed(RawKey(kind, value: value))
    }
    return (keys, false)
  }

  /// Puts `text` into the terminal's clipboard by OSC 52; false where it is too long or the terminal is too old.
  package func copy(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count <= TerminalScreen.clipboardLimit, let type = configuration.type,
      !["linux", "vt", "dumb"].contains(where: type.hasPrefix)
    else { return false }
    let sequence = Array("\u{1B}]52;c;".utf8) + Base64.encode(bytes) + [0x07]
    sequence.withUnsafeBytes { raw in
      ct_screen_write(handle, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
    }
    return true
  }
}

extension RawKey {
  init(_ kind: ct_key, value: UInt32) {
    switch kind {
    case CT_KEY_SCALAR: self = .scalar(value)
    case CT_KEY_UP: self = .key(.up)
    case CT_KEY_DOWN: self = .key(.down)
    case CT_KEY_LEFT: self = .key(.left)
    case CT_KEY_RIGHT: self = .key(.right)
    case CT_KEY_PAGE_UP: self = .key(.pageUp)
    case CT_KEY_PAGE_DOWN: self = .key(.pageDown)
    case CT_KEY_HOME: self = .key(.home)
    case CT_KEY_LAST: self = .key(.end)
    case CT_KEY_INSERT: self = .key(.insert)
    case CT_KEY_DELETE: self = .key(.delete)
    case CT_KEY_ENTER: self = .key(.enter)
    case CT_KEY_BACKSPACE: self = .key(.backspace)
    case CT_KEY_BACK_TAB: self = .key(.backTab)
    case CT_KEY_FUNCTION: self = .key(.function(Int(value)))
    case CT_KEY_PASTE_START: self = .pasteStart
    case CT_KEY_PASTE_END: self = .pasteEnd
    default: self = .unused
    }
  }
}
