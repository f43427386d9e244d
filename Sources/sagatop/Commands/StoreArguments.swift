import ArgumentParser
import Glibc

/// The words of a command: the store first, unless `SAGATOP_STORE` stands in for it.
struct StoreArguments {
  let store: String
  let words: [String]

  /// Takes the store off the front of the words.
  ///
  /// With `SAGATOP_STORE` set, the first word is the store only when it looks like a file: it has a slash, it ends in
  /// `.db`, or a file of that name exists.
  init(_ words: [String]) throws {
    if let standIn = Identity.environment("SAGATOP_STORE") {
      let hasStore = words.first.map { Self.looksLikeAFile($0) } ?? false
      store = hasStore ? words[0] : standIn
      self.words = hasStore ? Array(words.dropFirst()) : words
    } else if let first = words.first {
      store = first
      self.words = Array(words.dropFirst())
    } else {
      throw CommandFailure(.usage, "which store? Name its file, or set SAGATOP_STORE")
    }
  }

  private static func looksLikeAFile(_ word: String) -> Bool {
    word.contains("/") || word.hasSuffix(".db") || access(word, F_OK) == 0
  }
}

/// What commands that only look have in common.
struct ListOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The store, then filter words: state: def: key: node: error: var.NAME= age> changed< due< or plain text.",
      valueName: "store and words"))
  var words: [String] = []

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "At most this many rows. (default: 50)", transform: NumberRange.rows.parse)
  var limit = 50

  @Option(help: "Go on after the row that --json named as next.")
  var after: String?
}
