import EngineCore
import EngineRuntime
import SQLiteAdapter

extension SQLiteReader {
  /// What a verb would do to an instance as it is now; nil when there is no such instance. Throws the rejection that
  /// carrying it out would meet.
  func plan(_ verb: Verb, for id: InstanceID, reason: String? = nil) throws -> Plan? {
    guard let found = try detail(id, historyLimit: 0) else { return nil }
    var caller: ProcessInstance?
    if case .delete = verb, let link = found.instance.parent {
      caller = try detail(link.instance, historyLimit: 0)?.instance
    }
    return try Planner.plan(
      verb, for: found.instance, of: found.deployed, calledBy: caller, now: SystemClock.now, reason: reason)
  }
}
