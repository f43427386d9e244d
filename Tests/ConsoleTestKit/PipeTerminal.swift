import ConsoleTerminal
import ConsoleView
import Glibc

/// A terminal made of two pipes, for painting and reading keys within a test: everything is there as soon as it is
/// written.
package final class PipeTerminal {
  package let screen: VirtualScreen
  package let configuration: TerminalConfiguration
  private let keyWriter: Int32
  private let pictureReader: Int32
  private var isOpen = true

  package init(
    type: String = "xterm-256color", width: Int = 80, height: Int = 24, isUTF8: Bool = true, isColourless: Bool = false
  ) {
    // The library asks the C library for the width of characters, whatever the locale of whoever runs the tests.
    setlocale(LC_CTYPE, "C.UTF-8")
    var keys: [Int32] = [0, 0]
    var picture: [Int32] = [0, 0]
    pipe(&keys)
    pipe(&picture)
    keyWriter = keys[1]
    pictureReader = picture[0]
    screen = VirtualScreen(width: width, height: height)
    configuration = TerminalConfiguration(
      type: type, input: keys[0], output: picture[1], size: (width, height), isUTF8: isUTF8, isColourless: isColourless)
  }

  deinit {
    hangUp()
    close(configuration.input)
    close(configuration.output)
    close(pictureReader)
  }

  package func type(_ keys: String) {
    type(Array(keys.utf8))
  }

  package func type(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { write(keyWriter, $0.baseAddress, $0.count) }
  }

  /// No more keys will come.
  package func hangUp() {
    if isOpen { close(keyWriter) }
    isOpen = false
  }

  /// Shows what has been written since the last time; returns the bytes.
  @discardableResult
  package func show() -> [UInt8] {
    var bytes: [UInt8] = []
    var state = pollfd(fd: pictureReader, events: Int16(POLLIN), revents: 0)
    while poll(&state, 1, 0) > 0, state.revents & Int16(POLLIN) != 0 {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = buffer.withUnsafeMutableBytes { read(pictureReader, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    screen.feed(bytes)
    return bytes
  }
}
