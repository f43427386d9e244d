extension ProcessDefinition {
  /// The time zones that its timers follow, without UTC, each once, in document order.
  public var zones: [String] {
    var zones: [String] = []
    for trigger in startEvents.map(\.trigger) + nodes.compactMap(\.trigger) {
      guard case .timer(.cycle(let cycle)) = trigger, let zone = cycle.zone, zone != "UTC" else { continue }
      if !zones.contains(zone) { zones.append(zone) }
    }
    return zones
  }
}

extension NodeDefinition {
  /// What the event at this node waits for, if it is one that catches.
  fileprivate var trigger: EventTrigger? {
    switch kind {
    case .boundary(let event): event.trigger
    case .catchEvent(let trigger): trigger
    case .subprocess(let subprocess): subprocess.event?.trigger
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .throwEvent,
      .custom:
      nil
    }
  }
}
