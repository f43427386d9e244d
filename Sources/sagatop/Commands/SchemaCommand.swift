import ArgumentParser
import DefinitionFormats

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the form of definitions as a JSON Schema, for editors.",
    discussion: """
      Example: sagatop schema > sagatop.schema.json, and in the first line of a definition:
      # yaml-language-server: $schema=sagatop.schema.json
      """)

  func run() { StandardOutput.line(DefinitionSchema.json) }
}
