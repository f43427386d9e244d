import ArgumentParser
import EngineCore
import EngineRuntime
import EngineStorage

struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show one instance: where it stands and why.")

  @Argument(help: ArgumentHelp("The store, then the instance.", valueName: "store and instance"))
  var words: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let (detail, session) = try InstanceDetail.read(words, historyLimit: 0)
    if json { return StandardOutput.json(detail.json) }
    let summary = detail.summary
    let now = SystemClock.now
    var facts = Table("instance \(summary.id)", summary.title)
    facts.add("key", summary.businessKey ?? "")
    facts.add("state", summary.isSuspended ? "\(summary.state.name), suspended" : summary.state.name)
    if summary.isCorrupted { facts.add("corrupted", try corruption(of: summary.id, in: session)) }
    facts.add("started", "\(summary.createdAt.iso8601) (\((now - summary.createdAt).ageText) ago)")
    facts.add("changed", "\(summary.updatedAt.iso8601) (\((now - summary.updatedAt).ageText) ago)")
    facts.add("version", "\(summary.version)")
    for token in detail.instance.tokens {
      let node = detail.deployed.definition.name(of: token.node)
      let wait = token.wait.map { " for \($0.name)" } ?? ""
      facts.add("token \(token.id)", "\(node) \(token.state.name)\(wait), attempt \(token.attempt)")
    }
    for incident in detail.instance.incidents {
      facts.add("incident", "token \(incident.token): \(incident.code): \(incident.message)")
    }
    for timer in detail.instance.timers {
      facts.add("timer \(timer.id)", "\(timer.kind.name) due \(timer.due.iso8601)")
    }
    for record in detail.instance.records {
      facts.add("record", "\(detail.deployed.definition.name(of: record.node)) \(record.state.name)")
    }
    facts.add("variables", Value.context(detail.instance.variables[.root]).jsonText)
    facts.print(whenEmpty: "")
  }

  /// Since when and why an engine has stopped an instance. Little follows the mark in its history.
  private func corruption(of id: InstanceID, in session: StoreSession) throws -> String {
    for entry in try session.reader.history(of: id, before: nil, limit: 1_000).reversed() {
      if case .processCorrupted(let reason) = entry.event { return "since \(entry.at.iso8601): \(reason)" }
    }
    return "yes"
  }
}

extension InstanceDetail {
  /// The instance that the words of a command name.
  static func read(_ words: [String], historyLimit: Int) throws -> (InstanceDetail, StoreSession) {
    let arguments = try StoreArguments(words)
    guard arguments.words.count == 1 else { throw CommandFailure(.usage, "which instance? Name exactly one") }
    let id = try InstanceArgument.parse(arguments.words[0])
    let session = try StoreSession.reading(arguments.store)
    guard let detail = try session.reader.detail(id, historyLimit: historyLimit) else {
      throw CommandFailure(.notFound, "there is no instance \(id)")
    }
    return (detail, session)
  }

  var json: Value {
    guard case .context(var fields) = summary.json else { return .null }
    let definition = deployed.definition
    fields["variables"] = .context(instance.variables[.root])
    fields["tokens"] = .list(
      instance.tokens.map { token in
        [
          "token": Value(token.id.rawValue), "node": .string(definition.name(of: token.node)),
          "state": .string(token.state.name), "mode": .string(token.mode.name), "attempt": Value(token.attempt),
          "waitsFor": token.wait.map { .string($0.name) } ?? .null, "since": token.since.json,
          "outcomeUnknown": .boolean(token.isOutcomeUnknown),
        ]
      })
    fields["incidents"] = .list(
      instance.incidents.map {
        [
          "token": Value($0.token.rawValue), "kind": .string($0.kind.name), "code": .string($0.code),
          "message": .string($0.message), "raisedAt": $0.raisedAt.json,
        ]
      })
    fields["timers"] = .list(
      instance.timers.map {
        ["timer": Value($0.id.rawValue), "kind": .string($0.kind.name), "due": $0.due.json]
      })
    fields["compensation"] = .list(
      instance.records.map {
        ["node": .string(definition.name(of: $0.node)), "state": .string($0.state.name)]
      })
    return .context(fields)
  }
}
