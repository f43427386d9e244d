import EngineCore
import EngineRuntime

/// What a command is told about its work: in JSON on its standard input, and the key facts in its environment.
enum ExecRequest {
  /// The variables of the environment that every command finds.
  enum Fact: String, CaseIterable {
    case instance = "SAGATOP_INSTANCE"
    case businessKey = "SAGATOP_BUSINESS_KEY"
    case token = "SAGATOP_TOKEN"
    case node = "SAGATOP_NODE"
    case attempt = "SAGATOP_ATTEMPT"
    case idempotencyKey = "SAGATOP_IDEMPOTENCY_KEY"
    case epoch = "SAGATOP_EPOCH"
    case mode = "SAGATOP_MODE"
  }

  /// One line with one JSON object, so that a shell's `read` takes it as well as a parser.
  static func json(_ context: ActivityContext) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.writeName("instance")
    writer.writeInteger(context.instance.rawValue)
    writer.writeName("token")
    writer.writeInteger(context.token.rawValue)
    writer.writeName("businessKey")
    writer.writeString(context.businessKey)
    writer.writeName("node")
    writer.writeString(context.node)
    writer.writeName("attempt")
    writer.writeInteger(context.attempt)
    writer.writeName("idempotencyKey")
    writer.writeString(context.idempotencyKey)
    writer.writeName("epoch")
    writer.writeInteger(context.epoch)
    writer.writeName("mode")
    writer.writeString(context.mode.name)
    writer.writeName("variables")
    writer.write(context.variables)
    writer.endObject()
    writer.endLine()
    return writer.bytes
  }

  /// The facts of an activity; nil for what it does not have, so that nothing of it is inherited either.
  static func facts(_ context: ActivityContext) -> [(fact: Fact, value: String?)] {
    Fact.allCases.map { fact in
      switch fact {
      case .instance: (fact, context.instance.description)
      case .businessKey: (fact, context.businessKey.map(withoutNUL))
      case .token: (fact, context.token.description)
      case .node: (fact, withoutNUL(context.node))
      case .attempt: (fact, String(context.attempt))
      case .idempotencyKey: (fact, withoutNUL(context.idempotencyKey))
      case .epoch: (fact, String(context.epoch))
      case .mode: (fact, context.mode.name)
      }
    }
  }

  /// What the environment of a process, as `/proc` gives it, says about its work; nil when it does not say it.
  static func value(of fact: Fact, in environment: [UInt8]) -> String? {
    let name = Array("\(fact.rawValue)=".utf8)
    let entry = environment.split(separator: 0).first { $0.starts(with: name) }
    return entry.map { String(decoding: $0.dropFirst(name.count), as: UTF8.self) }
  }

  /// An environment cannot hold this character; the JSON has it.
  static func withoutNUL(_ text: String) -> String {
    text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : text
  }
}
