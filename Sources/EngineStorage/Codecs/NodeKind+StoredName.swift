import EngineCore

extension NodeKind {
  /// The word for the kind in the lookup table and the views of a store.
  package var storedName: String {
    switch self {
    case .start: "start"
    case .end(.plain): "end"
    case .end(.error): "error end"
    case .end(.terminate): "terminate end"
    case .activity(let activity): activity.work.storedName
    case .end(.cancel): "cancel end"
    case .end(.throwing(let thrown)): "\(thrown.storedName) end"
    case .exclusiveGateway: "exclusive gateway"
    case .inclusiveGateway: "inclusive gateway"
    case .eventGateway: "event-based gateway"
    case .parallelGateway: "parallel gateway"
    case .catchEvent(.timer): "timer"
    case .catchEvent(let trigger): "\(trigger.storedName) catch"
    case .throwEvent(let thrown): "\(thrown.storedName) throw"
    case .boundary(let event): "boundary \(event.trigger.storedName)"
    case .subprocess(let subprocess):
      subprocess.event != nil ? "event subprocess" : subprocess.isTransaction ? "transaction" : "subprocess"
    case .custom: "custom"
    }
  }
}

extension Work {
  fileprivate var storedName: String {
    switch self {
    case .handler: "service task"
    case .external: "external task"
    case .user: "user task"
    case .script: "script"
    case .call: "call activity"
    }
  }
}

extension EventTrigger {
  fileprivate var storedName: String {
    switch self {
    case .timer: "timer"
    case .error: "error"
    case .message: "message"
    case .signal: "signal"
    case .conditional: "conditional"
    case .escalation: "escalation"
    case .compensation: "compensation"
    case .cancel: "cancel"
    case .link: "link"
    }
  }
}

extension ThrowKind {
  fileprivate var storedName: String {
    switch self {
    case .none: "none"
    case .message: "message"
    case .signal: "signal"
    case .escalation: "escalation"
    case .compensation: "compensation"
    case .link: "link"
    }
  }
}
