import ArgumentParser
import EngineCore
import EngineRuntime

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List instances, newest first.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, filter) = try options.open()
    let now = SystemClock.now
    let page = try session.reader.instances(filter, now: now, after: options.after, limit: options.limit)
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table("ID", "KEY", "PROCESS", "STATE", "WHERE", "AGE", "CHANGED", "INCIDENTS")
    for row in page.rows {
      table.add(
        row.id.description, row.businessKey ?? "", row.title, row.stateWord,
        row.places, (now - row.createdAt).ageText, (now - row.updatedAt).ageText,
        row.incidentCount == 0 ? "" : "\(row.incidentCount)")
    }
    table.print(whenEmpty: options.emptyHint("no instances: sagatop start \(session.path) PROCESS"))
    options.mention(page)
  }
}

struct Incidents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List what needs a person, oldest first.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, filter) = try options.open()
    let now = SystemClock.now
    let page = try session.reader.incidents(filter, now: now, after: options.after, limit: options.limit)
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table("ID", "KEY", "PROCESS", "NODE", "TOKEN", "ATTEMPT", "SINCE", "ERROR")
    for row in page.rows {
      table.add(
        row.instance.id.description, row.instance.businessKey ?? "", row.instance.title,
        (row.mode == .compensation ? "↶" : "") + row.node, row.incident.token.description, "\(row.attempt)",
        (now - row.incident.raisedAt).ageText, "\(row.incident.code): \(row.incident.message)")
    }
    table.print(whenEmpty: options.emptyHint("no incidents"))
    options.mention(page)
  }
}

struct Timers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List pending timers by due time.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, filter) = try options.open()
    let now = SystemClock.now
    let page = try session.reader.timers(filter, now: now, after: options.after, limit: options.limit)
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table("ID", "KEY", "TIMER", "KIND", "NODE", "DUE IN", "DUE AT")
    for row in page.rows {
      let left = row.timer.due - now
      let due = left < .zero ? "overdue " + (now - row.timer.due).ageText : left.ageText
      table.add(
        row.instance.id.description, row.instance.businessKey ?? "", row.timer.id.description, row.timer.kind.name,
        row.node, due, row.timer.due.iso8601)
    }
    table.print(whenEmpty: options.emptyHint("no timers"))
    options.mention(page)
  }
}

struct Compensations: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compensation", abstract: "List running and halted compensations with their stacks.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, filter) = try options.open()
    let page = try session.reader.compensations(
      filter, now: SystemClock.now, after: options.after, limit: options.limit)
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table("ID", "KEY", "PROCESS", "PHASE", "BECAUSE", "STACK")
    for row in page.rows {
      let stack = row.steps.map { "\($0.node):\($0.hasFailed ? "failed" : $0.state.name)" }
      table.add(
        row.instance.id.description, row.instance.businessKey ?? "", row.instance.title, row.run.phase.name,
        row.run.code, stack.joined(separator: " "))
    }
    table.print(whenEmpty: options.emptyHint("no compensation is under way"))
    options.mention(page)
  }
}

struct Tasks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List open user and external tasks, oldest first.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, filter) = try options.open()
    let now = SystemClock.now
    let page = try session.reader.tasks(filter, now: now, after: options.after, limit: options.limit)
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table("ID", "KEY", "TOKEN", "NODE", "KIND", "FOR", "HELD BY", "LEASE LEFT", "FAILURES", "REFERENCE")
    for row in page.rows {
      let place = [row.instance.id.description, row.instance.businessKey ?? "", row.token.description, row.node]
      switch row.task {
      case .user(let task):
        table.add(
          place[0], place[1], place[2], place[3], "user",
          task.assignee ?? task.candidates.joined(separator: ","), "", "", "", "")
      case .external(let task):
        table.add(
          place[0], place[1], place[2], place[3], "external", task.topic, task.worker ?? "",
          task.worker == nil || task.reference != nil ? "" : (task.availableAt - now).ageText,
          "\(row.failures)/\(row.attemptsAllowed)", task.reference ?? "")
      }
    }
    table.print(whenEmpty: options.emptyHint("no open tasks"))
    options.mention(page)
  }
}

struct Definitions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List deployed definitions with their instances.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, _) = try options.open()
    let page = try session.reader.definitions()
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table(
      "PROCESS", "VERSION", "RUNNING", "COMPENSATING", "COMPLETED", "COMPENSATED", "ENDED", "INCIDENTS", "STATE", "NAME"
    )
    for row in page.rows {
      let counts = row.counts
      table.add(
        row.deployed.definition.key, "\(row.deployed.version)", "\(counts[.running] + counts[.cancelling])",
        "\(counts[.compensating])",
        "\(counts[.completed])", "\(counts[.compensated])",
        "\(counts[.cancelled] + counts[.terminated] + counts[.failed])", "\(counts.withIncidents)",
        row.isSuspended ? "suspended" : "", row.deployed.definition.name)
    }
    table.print(whenEmpty: "no definitions: sagatop deploy \(session.path) FILE")
    options.mention(page)
  }
}

struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List operator commands, newest first.")
  @OptionGroup var options: ListOptions

  func run() async throws {
    let (session, _) = try options.open(takesFilter: false)
    let words = try StoreArguments(options.words).words
    let instance = try words.first.map { try InstanceArgument.parse($0) }
    let page = try session.reader.audit(instance: instance, after: options.after, limit: options.limit)
    if options.json { return options.print(page.rows.map(\.json), of: page) }
    var table = Table("AT", "WHO", "FROM", "VERB", "INSTANCE", "OUTCOME", "REASON")
    for row in page.rows {
      let who = row.issuer.sudoUser.map { "\($0) as \(row.issuer.user)" } ?? row.issuer.user
      let from = [row.issuer.source, row.issuer.sshClient ?? row.issuer.host].joined(separator: " ")
      table.add(
        row.issuedAt.iso8601, who, from, row.verb, row.instance?.description ?? "", row.outcome, row.reason ?? "")
    }
    table.print(whenEmpty: "no commands")
    options.mention(page)
  }
}

extension ListOptions {
  /// Opens the store for reading and reads the filter words.
  func open(takesFilter: Bool = true) throws -> (StoreSession, InstanceFilter) {
    let arguments = try StoreArguments(words)
    let filter = takesFilter ? try Filters.parse(arguments.words) : InstanceFilter()
    return (try StoreSession.reading(arguments.store), filter)
  }

  func print<Row>(_ rows: [Value], of page: Page<Row>) {
    for row in rows { StandardOutput.json(row) }
    if let next = page.next { StandardOutput.json(["next": .string(next)]) }
    complain(aboutUnreadable: page)
  }

  /// An empty list says whether the filter is to blame.
  func emptyHint(_ hint: String) -> String {
    words.count > 1 ? "nothing matches the filter" : hint
  }

  func mention<Row>(_ page: Page<Row>) {
    if page.isWindowed {
      StandardOutput.complain("only the newest instances were searched: no index serves this filter")
    }
    if let next = page.next { StandardOutput.complain("there are more: --after \(next)") }
    complain(aboutUnreadable: page)
  }

  /// Rows that cannot be read are left out, which must not go unsaid.
  private func complain<Row>(aboutUnreadable page: Page<Row>) {
    for sentence in page.unreadable { StandardOutput.complain("left out, because it cannot be read: \(sentence)") }
  }
}

/// Filter words on the command line.
enum Filters {
  static func parse(_ words: [String]) throws -> InstanceFilter {
    let text = words.map { $0.contains(" ") && !$0.contains("\"") ? "\"\($0)\"" : $0 }.joined(separator: " ")
    do {
      return try InstanceFilter.parse(text)
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }
}

/// The identifier of an instance on the command line.
enum InstanceArgument {
  static func parse(_ word: String) throws -> InstanceID {
    guard let number = Int64(word), number > 0 else {
      throw CommandFailure(.usage, "\(word) is no instance: instances are numbers, as sagatop ls shows them")
    }
    return InstanceID(number)
  }
}

extension InstanceSummary {
  /// The state in one word; that nothing moves the instance comes before it.
  fileprivate var stateWord: String {
    if isCorrupted, !state.isEnd { return "corrupted" }
    return isSuspended ? "suspended" : state.name
  }
}
