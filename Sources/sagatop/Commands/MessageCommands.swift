import ArgumentParser
import EngineCore

/// `sagatop send`: a message for one instance.
struct Send: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send a message to whoever waits for it.",
    discussion: "It goes to the oldest that waits for this name and key, or starts a process that a message starts.")

  @Argument(help: ArgumentHelp("The store, then the name of the message.", valueName: "store and message"))
  var words: [String] = []

  @Option(help: "Whom it is for: the key that the receiver waits with.")
  var key: String?

  @Option(help: "The variables that go with it, as a JSON object.")
  var vars = "{}"

  @Option(help: "How long it waits when nobody waits for it yet: 30s, 5m, 2h. Without, it is dropped then.")
  var ttl: String?

  @OptionGroup
  var asking: AskOptions

  func run() async throws {
    let (session, name) = try MessageSender.open(words)
    var timeToLive = Duration.zero
    if let ttl {
      guard let duration = Duration(text: ttl), duration >= .zero else {
        throw CommandFailure(.usage, "--ttl \(ttl) is no length of time: say 30s, 5m or 2h")
      }
      timeToLive = duration
    }
    let message = OutgoingMessage(
      name: name, correlationKey: key, variables: try JSONArgument.context(vars, of: "--vars"),
      timeToLive: timeToLive)
    try await MessageSender(session: session, options: asking).send(.send(message))
  }
}

/// `sagatop signal`: a signal for everybody.
struct SignalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signal", abstract: "Send a signal to everybody who waits for it.")

  @Argument(help: ArgumentHelp("The store, then the name of the signal.", valueName: "store and signal"))
  var words: [String] = []

  @Option(help: "The variables that go with it, as a JSON object.")
  var vars = "{}"

  @OptionGroup
  var asking: AskOptions

  func run() async throws {
    let (session, name) = try MessageSender.open(words)
    let variables = try JSONArgument.context(vars, of: "--vars")
    try await MessageSender(session: session, options: asking).send(.signal(name: name, variables: variables))
  }
}

/// Sends and says what became of it.
private struct MessageSender {
  let session: StoreSession
  let options: AskOptions

  static func open(_ words: [String]) throws -> (StoreSession, name: String) {
    let arguments = try StoreArguments(words)
    guard arguments.words.count == 1 else { throw CommandFailure(.usage, "which one? Give exactly one name") }
    return (try StoreSession.writing(arguments.store), arguments.words[0])
  }

  func send(_ verb: Verb) async throws {
    let answer = try await session.ask(verb, options)
    if options.json { return StandardOutput.json(answer) }
    StandardOutput.line(sentence(answer))
  }

  private func sentence(_ answer: Value) -> String {
    let instance = answer["instance"]?.intValue ?? 0
    return switch answer["outcome"]?.stringValue {
    case "received": "instance \(instance) got it"
    case "started": "instance \(instance) started"
    case "buffered": "nobody waits for it yet; it is kept until \(answer["until"]?.stringValue ?? "")"
    case "dropped": "nobody waits for it: it was dropped"
    default: "sent"
    }
  }
}
