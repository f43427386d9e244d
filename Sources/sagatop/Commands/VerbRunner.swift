import EngineCore
import EngineRuntime

/// Carries a verb out on one target after the other and keeps what came of it.
struct VerbRunner {
  let session: StoreSession
  /// Nil in a dry run: plans are printed, and nothing is changed.
  let performer: (any CommandPerformer)?
  let options: AskOptions
  private var done = 0
  private var worst: Outcome?

  init(session: StoreSession, performer: (any CommandPerformer)?, options: AskOptions) {
    self.session = session
    self.performer = performer
    self.options = options
  }

  mutating func carryOut(_ verb: Verb, on instance: InstanceID) async throws {
    do {
      if let performer {
        try await perform(verb, instance, performer)
      } else {
        try show(verb, instance)
      }
      done += 1
    } catch let rejection as Rejection {
      note(rejection, instance)
    }
  }

  /// Ends with the exit code that says how many of the targets were done.
  func end() throws {
    guard let worst else { return }
    throw CommandFailure(done > 0 ? .partly : worst, done > 0 ? "some were refused" : "nothing was done")
  }

  private func show(_ verb: Verb, _ id: InstanceID) throws {
    guard let plan = try session.reader.plan(verb, for: id, reason: options.reason) else {
      throw Rejection(.instanceUnknown, "there is no instance \(id)")
    }
    if options.json { return StandardOutput.json(plan.json) }
    StandardOutput.line("instance \(id), version \(plan.version): \(plan.title)")
    for line in plan.lines { StandardOutput.line("  \(line.text)") }
  }

  private func perform(_ verb: Verb, _ id: InstanceID, _ performer: any CommandPerformer) async throws {
    let answer = try await performer.ask(verb, key: options.key(for: id), reason: options.reason)
    if options.json {
      StandardOutput.json(answer)
    } else {
      StandardOutput.line("instance \(id): \(verb.name) done")
    }
  }

  private mutating func note(_ rejection: Rejection, _ id: InstanceID) {
    let outcome = Outcome(rejection)
    worst = worst.map { max($0, outcome) } ?? outcome
    if options.json {
      StandardOutput.json([
        "instance": Value(id.rawValue), "refused": .string(rejection.reason.rawValue),
        "message": .string(rejection.message),
      ])
    }
    StandardOutput.complain("instance \(id): \(rejection.message)")
  }
}
