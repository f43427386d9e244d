import ConsoleView
import Glibc

/// A frame as text that a person can read, with the roles of its cells beside it.
///
/// The text comes first, then the same cells with one letter a style, then what the letters mean:
///
/// ```
/// 12x2
/// orders     2|
/// * 17 failed |
///
/// aaaaaa.....b|
/// cc..dddddd..|
///
/// a header
/// ```
package struct GoldenFrame: Equatable, CustomStringConvertible {
  package let description: String

  /// A frame differs from its file.
  package struct Mismatch: Error, CustomStringConvertible {
    package let description: String
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
  private static let plain = Cell.blank

  package init(_ frame: Frame) {
    var letters: [Style: Character] = [:]
    var legend: [String] = []
    var text: [String] = []
    var styles: [String] = []
    for y in 0..<frame.height {
      var line = String.UnicodeScalarView()
      var layer = ""
      for x in 0..<frame.width {
        let cell = frame[x, y]
        if !cell.glyph.isContinuation {
          line.append(cell.glyph.base)
          line.append(contentsOf: cell.glyph.marks)
        }
        layer.append(GoldenFrame.letter(Style(cell), &letters, &legend))
      }
      text.append(String(line) + "|")
      styles.append(layer + "|")
    }
    let cursor = frame.cursor.map { " cursor \($0.x),\($0.y)" } ?? ""
    let parts = [["\(frame.width)x\(frame.height)\(cursor)"] + text, styles, legend]
    description = parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private struct Style: Hashable {
    var role: StyleRole
    var flags: CellFlags

    init(_ cell: Cell) {
      role = cell.role
      flags = cell.flags
    }

    var name: String {
      let words = [(CellFlags.selected, "selected"), (.strong, "strong"), (.underlined, "underlined")]
      return ([role.name] + words.filter { flags.contains($0.0) }.map(\.1)).joined(separator: " ")
    }
  }

  private static func letter(
    _ style: Style, _ letters: inout [Style: Character], _ legend: inout [String]
  ) -> Character {
    if style.role == .text && style.flags.isEmpty { return "." }
    if let letter = letters[style] { return letter }
    let letter = letters.count < GoldenFrame.letters.count ? GoldenFrame.letters[letters.count] : "?"
    letters[style] = letter
    legend.append("\(letter) \(style.name)")
    return letter
  }
}

extension GoldenFrame {
  /// Compares `frame` with the file `Golden/<test file>/<name>.frame` of the test's target, and says line by line what
  /// differs.
  ///
  /// With `SAGATOP_RECORD_GOLDEN=1` in the environment the file is written instead; then read its diff.
  package static func check(_ frame: Frame, _ name: String, file: String = #filePath) throws {
    let actual = GoldenFrame(frame).description
    let folders = folders(for: file)
    let path = "\(folders.suite)/\(name).frame"
    if let flag = getenv("SAGATOP_RECORD_GOLDEN"), String(cString: flag) == "1" {
      mkdir(folders.target, 0o777)
      mkdir(folders.suite, 0o777)
      try write(actual, to: path)
      return
    }
    guard let expected = read(path) else {
      throw Mismatch(description: "there is no \(path); record it with SAGATOP_RECORD_GOLDEN=1\n\(actual)")
    }
    if expected != actual { throw Mismatch(description: "\(path) differs:\n\(difference(expected, actual))") }
  }

  /// The lines of both, those that differ marked: `-` in the file, `+` in the frame.
  static func difference(_ expected: String, _ actual: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    var lines: [String] = []
    for index in 0..<max(old.count, new.count) {
      let before = index < old.count ? old[index] : nil
      let after = index < new.count ? new[index] : nil
      if before == after {
        lines.append("  \(before ?? "")")
      } else {
        if let before { lines.append("- \(before)") }
        if let after { lines.append("+ \(after)") }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// One folder a target, so that its manifest has one folder to leave out.
  private static func folders(for file: String) -> (target: String, suite: String) {
    var target = file[...]
    let suite = file.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
    while let slash = target.lastIndex(of: "/") {
      let parent = target[..<slash]
      if parent.hasSuffix("/Tests") { break }
      target = parent
    }
    return ("\(target)/Golden", "\(target)/Golden/\(suite)")
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else {
      throw Mismatch(description: "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    fputs(text, file)
    fclose(file)
  }
}
