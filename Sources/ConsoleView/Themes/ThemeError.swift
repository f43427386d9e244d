/// Why a theme cannot be used, and where in which file.
package struct ThemeError: Error, Hashable, Sendable, CustomStringConvertible {
  package let file: String
  /// From 1; nil where the file as a whole is meant.
  package let line: Int?
  package let message: String

  package init(file: String, line: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  package var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(message)"
  }
}
