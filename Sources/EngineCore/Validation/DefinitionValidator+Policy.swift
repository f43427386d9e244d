/// How the engine is to treat the instances.
extension DefinitionValidator {
  mutating func checkPolicy() {
    let policy = definition.policy
    let priorities = OperatingPolicy.priorities
    if !priorities.contains(policy.priority) {
      report(
        .badPolicy, nil, detail: "priority", "the priority is \(policy.priority)",
        hint: "It is a number from \(priorities.lowerBound) to \(priorities.upperBound).")
    }
    guard let retention = policy.retention else { return }
    if retention.duration == nil, retention.newest == nil {
      report(
        .badPolicy, nil, detail: "keep", "`keep` sets no limit",
        hint: "Say how long with `for: 30d`, or how many with `newest: 10000`.")
    }
    if let newest = retention.newest, newest < 0 {
      report(.badPolicy, nil, detail: "keep", "`keep` keeps \(newest) instances", hint: "It keeps 0 or more.")
    }
    if let duration = retention.duration, duration < .zero || duration > DefinitionLimits.longestDuration {
      report(
        .badPolicy, nil, detail: "keep", "`keep` keeps instances for \(duration.shortText)",
        hint: "It keeps them for up to a hundred years.")
    }
  }
}
