import Glibc

/// Paths as they are without links and dots.
enum AbsolutePath {
  /// The absolute path of a file; the path itself when there is no such file.
  static func of(_ path: String) -> String {
    guard let absolute = realpath(path, nil) else { return path }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
