import EngineCore

/// Reads process definitions that people write, in YAML or in JSON, which is read as the YAML that it is.
///
/// The problem: a definition is written in an editor and refused somewhere else, so an error is worth as much as its
/// place. The idea: the text becomes a tree whose every part knows its line (`SourceNode`), the tree becomes a draft
/// that notes where each name was written, and what the validator says about a name goes back to that line. Nothing
/// stops at the first mistake. Never crashes, whatever the text.
///
/// The form, beyond what `demo/` shows:
/// - A value that begins with `=` is an expression, quoted or not; a literal `=` at the beginning is written twice.
/// - Unquoted `true`, `false`, `null` and what JSON calls a number are values; all the rest is text. So `yes`, `012`,
///   `0x1F` and `1_000` are text, whatever YAML 1.1 thinks of them.
/// - A node has exactly one key that says its kind; it comes first by convention, not by force, since programs that
///   write JSON sort keys. `external: TOPIC`, `user: ASSIGNEE` and `retry: ATTEMPTS` are short forms.
/// - Boundary events have names of their own, `approve.after-1h` and `approve.error-REJECTED`, unless `id` gives one;
///   `error: any` catches every error.
/// - A `fork` never waits; several flows may lead to it. Only `join` waits.
/// - Anchors, aliases, tags and more than one document in a file are refused.
public enum DefinitionReader {
  /// The largest text, in bytes of UTF-8.
  public static let maximumBytes = 1 << 20

  /// Reads and validates a definition.
  ///
  /// - Parameters:
  ///   - text: the text of the file.
  ///   - file: its name for error messages.
  ///   - handlers: the names of the handlers that there are; with none, they are not checked.
  ///   - extensions: the rules and languages that there are; nil leaves them unchecked.
  /// - Throws: everything that is wrong.
  public static func read(
    _ text: String, file: String, handlers: [String] = [], extensions: StepExtensions? = nil
  ) throws(DefinitionErrors) -> ProcessDefinition {
    let findings = Findings(file: file)
    guard let root = SourceParser(text, findings).parse() else { throw findings.errors }
    let reader = ProcessReader(findings, languages: extensions?.languages)
    guard let draft = reader.read(root) else { throw findings.errors }
    let (definition, issues) = draft.assemble(handlers: handlers.isEmpty ? nil : handlers, extensions: extensions)
    reader.locate(issues)
    guard findings.isEmpty else { throw findings.errors }
    return definition
  }
}
