import EngineCore
import EngineRuntime

/// Operator commands and their answers as stores hold them.
package enum CommandCodec {
  /// What a verb needs beyond its name and its instance. A deployment that was decided keeps no definition: the store
  /// holds it, and its answer says under which number.
  package static func arguments(of verb: Verb, isDecided: Bool) -> Value {
    if isDecided, case .deploy(let definition, let folder) = verb {
      return ["process": .string(definition.key), "folder": .string(folder)]
    }
    return arguments(of: verb)
  }

  private static func arguments(of verb: Verb) -> Value {
    switch verb {
    case .start(let process, let version, let businessKey, let variables):
      return [
        "process": .string(process), "version": version.map { Value($0) } ?? .null,
        "businessKey": businessKey.map(Value.string) ?? .null, "variables": .context(variables),
      ]
    case .deploy(let definition, let folder):
      return ["definition": .string(definition.canonicalJSON), "folder": .string(folder)]
    case .retry(_, let token): return ["token": token.map { Value($0.rawValue) } ?? .null]
    case .skip(_, let token, let outputs), .resolve(_, let token, let outputs):
      return ["token": Value(token.rawValue), "outputs": .context(outputs)]
    case .cancel, .terminate, .suspend, .resume, .delete: return .context(Context())
    case .compensate(_, let target): return target.json
    case .fireTimer(_, let timer): return ["timer": Value(timer.rawValue)]
    case .rescheduleTimer(_, let timer, let due):
      return ["timer": Value(timer.rawValue), "due": Value(due.microseconds)]
    case .setVariables(_, let changes):
      return ["changes": .list(changes.map { .list([.string($0.name)] + ($0.value.map { [$0] } ?? [])) })]
    case .finishTask(_, let token, let outcome, let fence):
      return [
        "token": Value(token.rawValue), "outcome": outcome.json, "fence": fence.map { Value($0) } ?? .null,
      ]
    case .fetchTasks(let topic, let worker, let limit, let lease):
      return [
        "topic": .string(topic), "worker": .string(worker), "limit": Value(limit),
        "lease": lease.map { Value($0.wholeMicroseconds) } ?? .null,
      ]
    case .send(let message):
      return [
        "name": .string(message.name), "key": message.correlationKey.map(Value.string) ?? .null,
        "variables": .context(message.variables), "ttl": Value(message.timeToLive.wholeMicroseconds),
      ]
    case .suspendDefinition(let process, let version), .resumeDefinition(let process, let version):
      return ["process": .string(process), "version": version.map { Value($0) } ?? .null]
    case .signal(let name, let variables): return ["name": .string(name), "variables": .context(variables)]
    case .extendLease(_, let token, let fence, let lease):
      return ["token": Value(token.rawValue), "fence": Value(fence), "lease": Value(lease.wholeMicroseconds)]
    }
  }

  /// The verb of a stored row.
  package static func verb(
    named name: String, instance: InstanceID?, arguments: Value
  ) throws(DecodingFault) -> Verb {
    switch name {
    case "start":
      return .start(
        process: try text(arguments, "process"), version: arguments["version"]?.intValue,
        businessKey: arguments["businessKey"]?.stringValue,
        variables: arguments["variables"]?.contextValue ?? Context())
    case "deploy":
      return .deploy(try definition(arguments), folder: try text(arguments, "folder"))
    case "fetch":
      return .fetchTasks(
        topic: try text(arguments, "topic"), worker: try text(arguments, "worker"),
        limit: arguments["limit"]?.intValue ?? 1,
        lease: arguments["lease"]?.intValue.map { .microseconds(Int64($0)) })
    case "suspend" where instance == nil:
      return .suspendDefinition(process: try text(arguments, "process"), version: arguments["version"]?.intValue)
    case "resume" where instance == nil:
      return .resumeDefinition(process: try text(arguments, "process"), version: arguments["version"]?.intValue)
    case "send":
      return .send(
        OutgoingMessage(
          name: try text(arguments, "name"), correlationKey: arguments["key"]?.stringValue,
          variables: arguments["variables"]?.contextValue ?? Context(),
          timeToLive: .microseconds(try number(arguments, "ttl"))))
    case "signal":
      return .signal(
        name: try text(arguments, "name"), variables: arguments["variables"]?.contextValue ?? Context())
    default: break
    }
    guard let instance else { throw DecodingFault("a \(name) command without an instance") }
    let token = arguments["token"]?.intValue.map { TokenID(Int64($0)) }
    switch name {
    case "retry": return .retry(instance, token: token)
    case "cancel": return .cancel(instance)
    case "terminate": return .terminate(instance)
    case "compensate": return .compensate(instance, target: CompensationTarget(json: arguments))
    case "suspend": return .suspend(instance)
    case "resume": return .resume(instance)
    case "delete": return .delete(instance)
    case "set":
      var fields = try FieldReader(.list([arguments["changes"] ?? .null]))
      return .setVariables(instance, changes: try fields.changes())
    case "fire": return .fireTimer(instance, timer: TimerID(try number(arguments, "timer")))
    case "reschedule":
      return .rescheduleTimer(
        instance, timer: TimerID(try number(arguments, "timer")),
        due: Timestamp(microseconds: try number(arguments, "due")))
    default: break
    }
    guard let token else { throw DecodingFault("a \(name) command without a token") }
    switch name {
    case "skip":
      return .skip(instance, token: token, outputs: arguments["outputs"]?.contextValue ?? Context())
    case "resolve":
      return .resolve(instance, token: token, outputs: arguments["outputs"]?.contextValue ?? Context())
    case "complete", "fail", "wait":
      return .finishTask(
        instance, token: token, outcome: try WorkOutcome(json: arguments["outcome"] ?? .null),
        fence: arguments["fence"]?.intValue)
    case "extend":
      return .extendLease(
        instance, token: token, fence: Int(try number(arguments, "fence")),
        lease: .microseconds(try number(arguments, "lease")))
    default: throw DecodingFault("there is no verb \(name)")
    }
  }

  /// An answer as JSON: `{"done": …}` or `{"refused": …, "message": …}`.
  package static func json(of answer: CommandAnswer) -> Value {
    switch answer {
    case .done(let value): ["done": value]
    case .refused(let rejection):
      ["refused": .string(rejection.reason.rawValue), "message": .string(rejection.message)]
    }
  }

  package static func answer(_ json: Value) throws(DecodingFault) -> CommandAnswer {
    if let value = json["done"] { return .done(value) }
    guard let name = json["refused"]?.stringValue, let reason = Rejection.Reason(rawValue: name) else {
      throw DecodingFault("an answer that is neither done nor refused")
    }
    return .refused(Rejection(reason, json["message"]?.stringValue ?? ""))
  }

  private static func definition(_ arguments: Value) throws(DecodingFault) -> ProcessDefinition {
    if let process = arguments["process"]?.stringValue {
      return ProcessDefinition(key: process, nodes: [], flows: [], start: NodeIndex(rawValue: 0))
    }
    return try ProcessDefinition.decoded(from: try text(arguments, "definition"))
  }

  private static func text(_ arguments: Value, _ name: String) throws(DecodingFault) -> String {
    guard let text = arguments[name]?.stringValue else { throw DecodingFault("an argument \(name) is missing") }
    return text
  }

  private static func number(_ arguments: Value, _ name: String) throws(DecodingFault) -> Int64 {
    guard let number = arguments[name]?.intValue else { throw DecodingFault("an argument \(name) is missing") }
    return Int64(number)
  }
}

extension ProcessDefinition {
  /// The definition that canonical JSON holds.
  package static func decoded(from json: String) throws(DecodingFault) -> ProcessDefinition {
    do {
      return try ProcessDefinition(canonicalJSON: json)
    } catch {
      throw DecodingFault("a stored definition cannot be read: \(error)")
    }
  }
}
