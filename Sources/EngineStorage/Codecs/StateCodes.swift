import EngineCore

/// How reasons and kinds with a payload are stored: a code and one number. Codes never change.
extension WaitReason {
  package var code: Int {
    switch self {
    case .timer: 1
    case .userTask: 2
    case .externalTask: 3
    case .join: 4
    case .scope: 5
    case .child: 6
    case .subscription: 7
    case .events: 8
    case .compensation: 20
    }
  }

  package var argument: Int64 {
    switch self {
    case .timer(let timer): timer.rawValue
    case .scope(let scope): scope.rawValue
    case .child(let child): child.rawValue
    case .subscription(let subscription): subscription.rawValue
    case .compensation(let run): run.rawValue
    case .userTask, .externalTask, .join, .events: 0
    }
  }

  package init(code: Int, argument: Int64) throws(DecodingFault) {
    switch code {
    case 1: self = .timer(TimerID(argument))
    case 2: self = .userTask
    case 3: self = .externalTask
    case 4: self = .join
    case 5: self = .scope(ScopeID(argument))
    case 6: self = .child(InstanceID(argument))
    case 7: self = .subscription(SubscriptionID(argument))
    case 8: self = .events
    case 20: self = .compensation(RunID(argument))
    default: throw DecodingFault("there is no reason to wait \(code)")
    }
  }
}

extension Timer.Kind {
  package var code: Int {
    switch self {
    case .delay: 1
    case .retry: 2
    case .boundary: 3
    case .grace: 4
    case .branch: 5
    case .eventStart: 6
    case .workLimit: 8
    }
  }

  package var argument: Int64 {
    switch self {
    case .boundary(let node), .branch(let node), .eventStart(let node): Int64(node.rawValue)
    case .grace(let run): run.rawValue
    case .delay, .retry, .workLimit: 0
    }
  }

  package init(code: Int, argument: Int64) throws(DecodingFault) {
    switch code {
    case 1: self = .delay
    case 2: self = .retry
    case 3: self = .boundary(NodeIndex(rawValue: Int(argument)))
    case 4: self = .grace(RunID(argument))
    case 5: self = .branch(NodeIndex(rawValue: Int(argument)))
    case 6: self = .eventStart(NodeIndex(rawValue: Int(argument)))
    case 8: self = .workLimit
    default: throw DecodingFault("there is no timer of kind \(code)")
    }
  }
}

extension Failure {
  var json: Value {
    var fields: Context = ["code": .string(code), "message": .string(message)]
    if let detail { fields["detail"] = .string(detail) }
    if !isRetryable { fields["final"] = true }
    return .context(fields)
  }

  init(json: Value) throws(DecodingFault) {
    guard let code = json["code"]?.stringValue, let message = json["message"]?.stringValue else {
      throw DecodingFault("a failure without code and message")
    }
    self.init(
      code: code, message: message, detail: json["detail"]?.stringValue,
      isRetryable: json["final"]?.booleanValue != true)
  }
}

extension CompensationExtent {
  /// Only what limits it.
  package var json: Value {
    var fields = Context()
    if after != RecordID(0) { fields["after"] = Value(after.rawValue) }
    if let through { fields["through"] = Value(through.rawValue) }
    if let node { fields["node"] = Value(node.rawValue) }
    if waiter != .none { fields["waiter"] = Value(waiter.rawValue) }
    if let resumption { fields["resumption"] = Value(resumption.rawValue) }
    return .context(fields)
  }

  package init(json: Value) throws(DecodingFault) {
    guard json.contextValue != nil else { throw DecodingFault("the extent of a compensation is no object") }
    func number(_ name: String) -> Int64? { json[name]?.intValue.map(Int64.init) }
    self.init(
      after: RecordID(number("after") ?? 0), through: number("through").map { RecordID($0) },
      node: number("node").map { NodeIndex(rawValue: Int($0)) }, waiter: TokenID(number("waiter") ?? 0),
      resumption: number("resumption").map { NodeIndex(rawValue: Int($0)) })
  }
}

extension CompensationTarget {
  package var json: Value {
    switch self {
    case .everything: .context(Context())
    case .scope(let node): ["scope": .string(node)]
    case .back(let node, let sequence): ["back": .string(node), "after": Value(sequence)]
    }
  }

  package init(json: Value) {
    if let node = json["scope"]?.stringValue {
      self = .scope(node: node)
    } else if let node = json["back"]?.stringValue, let sequence = json["after"]?.intValue {
      self = .back(node: node, after: Int64(sequence))
    } else {
      self = .everything
    }
  }
}

extension WorkOutcome {
  package var json: Value {
    switch self {
    case .completed(let result): ["completed": result]
    case .businessError(let code, let message): ["error": ["code": .string(code), "message": .string(message)]]
    case .failed(let failure): ["failed": failure.json]
    case .cancelled: ["cancelled": true]
    case .waiting(let reference, let limit):
      ["waiting": ["reference": .string(reference), "limit": limit.map { Value($0.wholeMicroseconds) } ?? .null]]
    }
  }

  package init(json: Value) throws(DecodingFault) {
    if let result = json["completed"] {
      self = .completed(result: result)
    } else if let error = json["error"] {
      guard let code = error["code"]?.stringValue, let message = error["message"]?.stringValue else {
        throw DecodingFault("a business error without code and message")
      }
      self = .businessError(code: code, message: message)
    } else if let failure = json["failed"] {
      self = .failed(try Failure(json: failure))
    } else if let waiting = json["waiting"] {
      guard let reference = waiting["reference"]?.stringValue else {
        throw DecodingFault("a request to wait without a reference")
      }
      self = .waiting(reference: reference, limit: waiting["limit"]?.intValue.map { .microseconds(Int64($0)) })
    } else if json["cancelled"] != nil {
      self = .cancelled
    } else {
      throw DecodingFault("an outcome that is none of those known")
    }
  }
}

extension EventDelivery {
  package var json: Value { ["event": .string(event), "variables": .context(variables)] }

  package init(json: Value) throws(DecodingFault) {
    guard let event = json["event"]?.stringValue, let variables = json["variables"]?.contextValue else {
      throw DecodingFault("a delivery without its event and its variables")
    }
    self.init(event: event, variables: variables)
  }
}
