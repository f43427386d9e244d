import Foundation

/// The README, taken apart into what can be held against the program.
struct ReadmeDocument {
  let text: String

  init() throws { text = try Repository.text(Repository.root.appending(path: "README.md")) }

  /// The code blocks of a language; an empty one means the blocks without any.
  func blocks(_ language: String) -> [String] {
    var blocks: [String] = []
    var open: (language: String, lines: [Substring])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open {
          if block.language == language { blocks.append(block.lines.joined(separator: "\n")) }
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }

  /// The command lines: those of the shell blocks, and those in running text that begin with the program's name.
  var commands: [CommandLineText] {
    let lines = blocks("sh").flatMap { $0.split(separator: "\n") }.map(String.init)
    let flowing = text.split(separator: "\n").joined(separator: " ")
    let spans = flowing.split(separator: "`").map(String.init).filter { $0.hasPrefix("sagatop ") }
    return (lines + spans).map(CommandLineText.init)
  }

  /// The picture of the screen, line by line.
  var picture: [String] {
    blocks("").first?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
  }
}

/// A command line as the README writes it: words, single quotes, and a comment at its end.
struct CommandLineText: CustomStringConvertible {
  let description: String

  init(_ text: String) { description = text }

  var words: [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in description {
      switch character {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case " " where !isQuoted:
        if let finished = word { words.append(finished) }
        word = nil
      case "#" where !isQuoted && word == nil: return words
      default: word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
