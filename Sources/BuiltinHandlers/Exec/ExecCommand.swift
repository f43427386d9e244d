import EngineCore

/// A command as a definition says it: an argument vector, never a shell line.
public struct ExecCommand: Sendable, Hashable {
  /// The command and its arguments; never empty. A command with a slash that does not begin with one is looked up in
  /// `folder`, one without a slash on `PATH`.
  public var arguments: [String]
  /// What the command's environment has besides the engine's own.
  public var environment: [String: String]
  /// Where the command runs, looked up in `folder`; nil for `folder` itself.
  public var directory: String?
  /// The folder of the definition; empty for the current one.
  public var folder: String

  /// Makes a command.
  public init(arguments: [String], environment: [String: String] = [:], directory: String? = nil, folder: String = "") {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.folder = folder
  }

  /// Reads the configuration of a step: a list of words, or `{command, environment, directory}`.
  public init(configuration: Value, folder: String = "") throws(ConfigurationMistake) {
    self = try Self.read(ConfigurationPart(configuration))
    self.folder = folder
  }

  /// The command as it was written, fit for a sentence.
  public var name: String { PlainText.oneLine(arguments.first ?? "") }

  /// The path of the command; nil when it is a name for `PATH`.
  var path: String? {
    guard let word = arguments.first, word.utf8.contains(UInt8(ascii: "/")) else { return nil }
    return resolved(word)
  }

  /// The path of the folder in which the command runs; nil for the current one.
  var workingDirectory: String? {
    if let directory { return resolved(directory) }
    return folder.isEmpty ? nil : folder
  }

  private func resolved(_ path: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
  }
}

extension ExecCommand {
  private static let example =
    "write it as a list of words, for example [./reserve.sh, --fast]; there is no shell to take it apart"

  /// Reads a configuration as far as it is known; what is not known stands as an empty word.
  static func read(_ part: ConfigurationPart) throws(ConfigurationMistake) -> ExecCommand {
    switch part {
    case .unknown: return ExecCommand(arguments: [""])
    case .list: return ExecCommand(arguments: try words(part))
    case .scalar: throw ConfigurationMistake("`exec` has no command; \(example)")
    case .context:
      let fields = try ConfigurationFields(part, of: "exec", known: ["command", "environment", "directory"])
      guard let command = fields["command"] else { throw ConfigurationMistake("`exec` has no `command`; \(example)") }
      let directory = try fields.text("directory")
      if let directory { try refuseNUL(in: directory, of: "the directory") }
      return ExecCommand(
        arguments: try words(command), environment: try entries(fields["environment"]), directory: directory)
    }
  }

  private static func words(_ part: ConfigurationPart) throws(ConfigurationMistake) -> [String] {
    switch part {
    case .unknown: return [""]
    case .scalar, .context: throw ConfigurationMistake("the command is not a list; \(example)")
    case .list(let parts):
      guard let first = parts.first else { throw ConfigurationMistake("the command is empty; \(example)") }
      if case .scalar(.string("")) = first { throw ConfigurationMistake("the command is empty; \(example)") }
      var words: [String] = []
      for (index, part) in parts.enumerated() { words.append(try word(part, what: "word \(index + 1) of the command")) }
      return words
    }
  }

  private static func entries(_ part: ConfigurationPart?) throws(ConfigurationMistake) -> [String: String] {
    switch part {
    case nil, .unknown: return [:]
    case .scalar, .list: throw ConfigurationMistake("`environment` must be named values, for example {LANG: C}")
    case .context(let fields):
      var entries: [String: String] = [:]
      for (name, value) in fields {
        let isName = name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        guard isName, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
          throw ConfigurationMistake(
            "\"\(PlainText.oneLine(name))\" cannot name an environment variable: empty, or with =, or a digit first")
        }
        entries[name] = try word(value, what: "the environment variable \(PlainText.oneLine(name))")
      }
      return entries
    }
  }

  private static func word(_ part: ConfigurationPart, what: String) throws(ConfigurationMistake) -> String {
    switch part {
    case .unknown: return ""
    case .scalar(.string(let text)):
      try refuseNUL(in: text, of: what)
      return text
    case .scalar(.number(let number)): return Value.number(number).jsonText
    case .scalar(.boolean(let flag)): return flag ? "true" : "false"
    case .scalar: throw ConfigurationMistake("\(what) is null; it must be text, a number, true or false")
    case .list: throw ConfigurationMistake("\(what) is a list; it must be text, a number, true or false")
    case .context: throw ConfigurationMistake("\(what) is a context; it must be text, a number, true or false")
    }
  }

  private static func refuseNUL(in text: String, of what: String) throws(ConfigurationMistake) {
    // The operating system would take the text for ended there.
    if text.utf8.contains(0) { throw ConfigurationMistake("\(what) contains a NUL character") }
  }
}
