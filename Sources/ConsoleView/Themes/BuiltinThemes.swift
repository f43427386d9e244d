/// The themes that are part of the program: the files of the folder `themes/`, embedded.
package enum BuiltinThemes {
  /// What is used where nobody asked for a theme.
  package static let defaultName = "terminal"

  private static let files: [(name: String, bytes: [UInt8])] = [
    ("dark", PackageResources.dark_yaml),
    ("mono", PackageResources.mono_yaml),
    ("terminal", PackageResources.terminal_yaml),
  ]

  /// In alphabetical order.
  package static var names: [String] { files.map(\.name) }

  /// The text of a theme, for a person who wants to begin with it.
  package static func yaml(_ name: String) -> String? {
    files.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// The document of a theme, for `Theme.init(_:find:)`.
  package static func document(_ name: String) throws(ThemeError) -> ThemeDocument {
    guard let yaml = yaml(name) else {
      throw ThemeError(
        file: name, message: "there is no such theme; built in are \(names.joined(separator: ", "))")
    }
    return try ThemeDocument(yaml: yaml, file: "\(name).yaml")
  }

  /// A theme that is built in.
  package static func theme(_ name: String) throws(ThemeError) -> Theme {
    try Theme(document(name), find: document)
  }
}
