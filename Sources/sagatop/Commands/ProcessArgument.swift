/// A process on the command line: `KEY` or `KEY@VERSION`.
enum ProcessArgument {
  static func parse(_ word: String) throws -> (key: String, version: Int?) {
    let parts = word.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return (word, nil) }
    guard let version = Int(parts[1]), version > 0 else {
      throw CommandFailure(.usage, "\(word) names no version: say KEY@3")
    }
    return (String(parts[0]), version)
  }
}
