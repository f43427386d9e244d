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
    case .exclusiveGateway: "exclusive gateway"
    case .parallelGateway: "parallel gateway"
    case .timerCatch: "timer"
    case .boundary(let event): event.storedName
    case .subprocess: "subprocess"
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
    }
  }
}

extension BoundaryEvent {
  fileprivate var storedName: String {
    switch trigger {
    case .timer: "boundary timer"
    case .error: "boundary error"
    }
  }
}
