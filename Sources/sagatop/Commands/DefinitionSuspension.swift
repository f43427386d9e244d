import ArgumentParser
import EngineCore
import EngineRuntime

/// Which definition is meant instead of instances.
struct DefinitionOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A definition instead of instances: its newest version unless one is named.", valueName: "process@version"))
  var definition: String?
}

/// Suspends a deployed version of a definition, or lets it go on.
struct DefinitionSuspension {
  static let discussion = """
    With --definition nothing of that version advances, and new instances of it wait from their beginning. Resuming it \
    resumes those instances, and none that was suspended by itself. Another version is another definition.
    """

  private let key: String
  private let version: Int?
  private let isSuspended: Bool
  private let words: [String]
  private let options: VerbOptions

  init(_ process: String, isSuspended: Bool, _ targets: TargetOptions, _ options: VerbOptions) throws {
    (key, version) = try ProcessArgument.parse(process)
    self.isSuspended = isSuspended
    self.options = options
    words = targets.words
    if targets.filter != nil { throw CommandFailure(.usage, "say --filter or --definition, not both") }
  }

  func carryOut() async throws {
    let arguments = try StoreArguments(words)
    guard arguments.words.isEmpty else { throw CommandFailure(.usage, "name instances or say --definition, not both") }
    if options.dryRun { return try show(try StoreSession.reading(arguments.store)) }
    let session = try StoreSession.writing(arguments.store)
    let verb: Verb =
      isSuspended
      ? .suspendDefinition(process: key, version: version) : .resumeDefinition(process: key, version: version)
    let answer = try await session.ask(verb, options.asking)
    if options.asking.json { return StandardOutput.json(answer) }
    let title = "\(key)@\(answer["version"]?.intValue ?? 0)"
    StandardOutput.line(
      isSuspended ? "\(title): suspended, with its instances" : "\(title): goes on, with its instances")
  }

  /// What carrying it out would do.
  private func show(_ session: StoreSession) throws {
    guard let row = try session.reader.definition(key: key, version: version) else {
      let name = version.map { "\(key)@\($0)" } ?? key
      throw Rejection(.definitionUnknown, "no process \(name) is deployed")
    }
    let title = row.deployed.title
    guard row.isSuspended != isSuspended else {
      throw isSuspended
        ? Rejection(.definitionSuspended, "\(title) is suspended already")
        : Rejection(.definitionNotSuspended, "\(title) is not suspended")
    }
    let count = try session.reader.followers(of: row.deployed.id, resuming: !isSuspended)
    if options.asking.json {
      return StandardOutput.json([
        "process": .string(key), "version": Value(row.deployed.version),
        "plan": .string(isSuspended ? "suspend" : "resume"), "instances": Value(count),
      ])
    }
    let verb = isSuspended ? "suspends" : "resumes"
    StandardOutput.line("\(title): \(verb) the definition and \(count) instance\(count == 1 ? "" : "s")")
  }
}
