import Foundation

/// The repository that the tests stand in.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The files below a folder with one of these extensions, sorted by path.
  static func files(below folder: String, withExtension wanted: String...) -> [URL] {
    let start = root.appending(path: folder)
    guard let walker = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
    let found = walker.compactMap { $0 as? URL }.filter { wanted.contains($0.pathExtension) }
    return found.filter { !$0.path.contains("/.build") }.sorted { $0.path < $1.path }
  }

  static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

  /// The path from the top of the repository.
  static func name(_ file: URL) -> String { String(file.path.dropFirst(root.path.count + 1)) }
}
