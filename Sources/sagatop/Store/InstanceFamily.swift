import EngineCore
import EngineStorage
import SQLiteAdapter

/// An instance and all that it waits for of what it has called.
struct InstanceFamily {
  /// The instance itself is the first.
  let members: [ProcessInstance]

  var main: ProcessInstance { members[0] }

  /// Whether nothing more can happen without somebody outside: no handler at work, no token ready, no timer pending.
  var isAtRest: Bool {
    members.allSatisfy { member in
      if member.state.isEnd { return true }
      let canMove = member.tokens.contains { $0.state == .executing || $0.state == .ready || $0.state == .created }
      return !canMove && member.timers.isEmpty
    }
  }

  var hasIncident: Bool { members.contains { !$0.incidents.isEmpty } }
}

extension SQLiteReader {
  /// An instance and all that it waits for; nil when there is none. One look for each of them.
  func family(of id: InstanceID) throws -> InstanceFamily? {
    guard let main = try detail(id, historyLimit: 0)?.instance else { return nil }
    var members = [main]
    var next = 0
    while next < members.count {
      for case .child(let child)? in members[next].tokens.map(\.wait) {
        if let called = try detail(child, historyLimit: 0)?.instance { members.append(called) }
      }
      next += 1
    }
    return InstanceFamily(members: members)
  }

  /// An instance and all that it waits for if nothing more comes of itself, not even by a message on its way.
  func familyAtRest(_ id: InstanceID) throws -> InstanceFamily? {
    // In this order: what a message has moved is seen.
    guard try !hasMessagesToBring(), let family = try family(of: id), family.isAtRest else { return nil }
    return family
  }
}
