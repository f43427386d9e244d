import EngineCore
import Testing

/// A saga whose commands note each of their runs, and the rules that its history and its notes must keep.
enum CrashSaga {
  static let definition = """
    process: crash
    saga: global
    nodes:
      first:
        run: [./step.sh]
        compensate: {run: [./step.sh]}
        next: both
      both: {fork: [left, pause]}
      left:
        run: [./step.sh]
        compensate: {run: [./step.sh]}
        next: merge
      pause: {wait: 150ms, next: right}
      right:
        run: [./step.sh]
        compensate: {run: [./step.sh]}
        next: merge
      merge: {join: all, next: flaky}
      flaky:
        run: [./flaky.sh]
        retry: {attempts: 3, backoff: 50ms}
        compensate: {run: [./step.sh]}
        next: last
      last:
        run: [./last.sh]
        next: end
    """

  static let note = """
    #!/bin/sh
    cd "$(dirname "$0")" || exit 1
    read -r task
    echo "$SAGATOP_NODE $SAGATOP_INSTANCE $SAGATOP_IDEMPOTENCY_KEY $SAGATOP_ATTEMPT $SAGATOP_MODE" >> log

    """

  /// Writes the definition and its commands, and says where the definition is.
  static func write(to place: Workplace) -> String {
    place.write("step.sh", note)
    place.write(
      "flaky.sh",
      note
        + "marker=tried-$(echo \"$SAGATOP_IDEMPOTENCY_KEY\" | tr / -)\n[ -e \"$marker\" ] || { : > \"$marker\"; exit 75; }\n"
    )
    place.write("last.sh", note + "case $task in *'\"ok\":true'*) exit 0 ;; esac\nexit 65\n")
    return place.write("crash.yaml", definition)
  }

  /// Checks one instance's history.
  static func check(_ history: [Value], of instance: Int, endedAs state: String) {
    #expect(["completed", "compensated"].contains(state), "instance \(instance) ended as \(state)")
    #expect(history.map { $0["seq"]?.intValue } == history.indices.map { $0 + 1 }, "instance \(instance) has a gap")
    for type in ["tokenCompleted", "timerFired", "compensationCompleted"] {
      let facts = history.filter { $0["type"]?.stringValue == type }
      let subjects = facts.map { $0["timer"]?.intValue ?? $0["token"]?.intValue ?? 0 }
      #expect(Set(subjects).count == subjects.count, "instance \(instance) has \(type) twice: \(subjects)")
    }
    let recorded = nodes(of: "compensationRecorded", in: history)
    let undone = nodes(of: "compensationCompleted", in: history)
    #expect(undone == (state == "compensated" ? recorded.reversed() : []), "instance \(instance)")
    #expect(Set(recorded) == ["first", "left", "right", "flaky"], "instance \(instance)")
  }

  private static func nodes(of type: String, in history: [Value]) -> [String] {
    history.filter { $0["type"]?.stringValue == type }.compactMap { $0["node"]?.stringValue }
  }

  /// What the commands have noted, in the order in which they ran.
  struct Log {
    struct Line {
      let node: String
      let instance: Int
      let key: String
      let attempt: Int
      let mode: String
    }

    let lines: [Line]

    init(_ text: String) {
      lines = text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 5, let instance = Int(words[1]), let attempt = Int(words[3]) else { return nil }
        return Line(node: words[0], instance: instance, key: words[2], attempt: attempt, mode: words[4])
      }
    }

    func check(instance: Int) {
      let own = lines.filter { $0.instance == instance }
      checkKeys(own, instance)
      let forward = own.filter { $0.mode == "forward" }.map(\.node)
      for (before, after) in [
        ("first", "left"), ("first", "right"), ("left", "flaky"), ("right", "flaky"), ("flaky", "last"),
      ] {
        if let end = forward.lastIndex(of: before), let start = forward.firstIndex(of: after) {
          #expect(end < start, "instance \(instance): \(before) ran again after \(after) had begun: \(forward)")
        }
      }
      let undoing = own.filter { $0.mode == "compensation" }.map(\.node)
      var order: [String] = []
      for node in undoing where order.last != node { order.append(node) }
      #expect(Set(order).count == order.count, "instance \(instance): steps were undone out of order: \(undoing)")
      if let turn = own.firstIndex(where: { $0.mode == "compensation" }) {
        #expect(
          own[turn...].allSatisfy { $0.mode == "compensation" }, "instance \(instance): forward work after undoing")
      }
    }

    /// A step that runs again says so by its key and its attempt.
    private func checkKeys(_ own: [Line], _ instance: Int) {
      var keys: [String: String] = [:]
      var attempts: [String: Int] = [:]
      for line in own {
        let step = "\(line.mode) \(line.node)"
        let key = keys[step, default: line.key]
        #expect(key == line.key, "instance \(instance): \(step) ran with two keys")
        if let last = attempts[step] {
          #expect(line.attempt > last, "instance \(instance): attempt \(line.attempt) of \(step) ran after \(last)")
        }
        keys[step] = line.key
        attempts[step] = line.attempt
      }
      #expect(Set(keys.values).count == keys.count, "instance \(instance): two steps share a key")
    }
  }
}
