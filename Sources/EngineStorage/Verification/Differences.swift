import EngineCore

/// What differs between an instance as it is stored and as its history says it must be.
struct Differences {
  let stored: ProcessInstance
  let folded: ProcessInstance

  /// One sentence for each difference.
  var sentences: [String] {
    header + rows("token", \.tokens) + rows("subprocess", \.scopes) + rows("timer", \.timers)
      + rows("subscription", \.subscriptions)
      + tasks("user task", \.userTasks, \.token) + tasks("external task", \.externalTasks, \.token)
      + rows("compensation record", \.records) + rows("compensation run", \.runs) + rows("incident", \.incidents)
      + deferred + variables
  }

  private var header: [String] {
    var sentences: [String] = []
    note("state", stored.state.name, folded.state.name, &sentences)
    note("suspension", "\(stored.isSuspended)", "\(folded.isSuspended)", &sentences)
    note("corruption", "\(stored.isCorrupted)", "\(folded.isCorrupted)", &sentences)
    note("business key", stored.businessKey ?? "none", folded.businessKey ?? "none", &sentences)
    note("parent", text(stored.parent), text(folded.parent), &sentences)
    note("error code", stored.errorCode ?? "none", folded.errorCode ?? "none", &sentences)
    note("last sequence", "\(stored.sequence)", "\(folded.sequence)", &sentences)
    note("next identifier", "\(stored.nextID)", "\(folded.nextID)", &sentences)
    note("time of the last change", stored.updatedAt.iso8601, folded.updatedAt.iso8601, &sentences)
    note("end", stored.endedAt?.iso8601 ?? "none", folded.endedAt?.iso8601 ?? "none", &sentences)
    return sentences
  }

  private func text(_ parent: ParentLink?) -> String {
    parent.map { "token \($0.token) of instance \($0.instance)" } ?? "none"
  }

  private func note(_ what: String, _ stored: String, _ folded: String, _ sentences: inout [String]) {
    if stored != folded { sentences.append("its \(what) is stored as \(stored), but history says \(folded)") }
  }

  private func rows<Row: Identifiable & Hashable>(
    _ what: String, _ part: KeyPath<ProcessInstance, [Row]>
  ) -> [String] where Row.ID: Identifier {
    tasks(what, part, \.id)
  }

  /// Rows that are missing, that should not be there, and that say something else.
  private func tasks<Row: Hashable, ID: Identifier>(
    _ what: String, _ part: KeyPath<ProcessInstance, [Row]>, _ id: KeyPath<Row, ID>
  ) -> [String] {
    let isRow = stored[keyPath: part]
    let mustBe = folded[keyPath: part]
    if isRow == mustBe { return [] }
    var sentences: [String] = []
    for row in mustBe {
      guard let found = isRow.first(where: { $0[keyPath: id] == row[keyPath: id] }) else {
        sentences.append("its \(what) \(row[keyPath: id]) is missing")
        continue
      }
      if found != row {
        sentences.append("its \(what) \(row[keyPath: id]) is stored as \(found), but history says \(row)")
      }
    }
    for row in isRow where !mustBe.contains(where: { $0[keyPath: id] == row[keyPath: id] }) {
      sentences.append("its \(what) \(row[keyPath: id]) is stored, but history knows none")
    }
    return sentences.isEmpty ? ["its rows of the kind \(what) are stored in another order"] : sentences
  }

  private var deferred: [String] {
    guard stored.deferred != folded.deferred else { return [] }
    return [
      "\(stored.deferred.count) deferred outcomes are stored, but history says \(folded.deferred.count), or others"
    ]
  }

  private var variables: [String] {
    var sentences: [String] = []
    let scopes = Set((stored.variables.scopes + folded.variables.scopes).map(\.scope)).sorted()
    for scope in scopes {
      let isValue = stored.variables[scope]
      let mustBe = folded.variables[scope]
      let names = Set((isValue.entries + mustBe.entries).map(\.name)).sorted()
      for name in names where isValue[name] != mustBe[name] {
        let place = scope == .root ? "" : " of subprocess \(scope)"
        sentences.append(
          "its variable \(name)\(place) is stored as \(text(isValue[name])), but history says \(text(mustBe[name]))")
      }
    }
    if stored.variables.undoLog != folded.variables.undoLog {
      sentences.append(
        """
        what its changes of variables overwrote is stored in \(stored.variables.undoLog.count) entries, \
        but history says \(folded.variables.undoLog.count), or others
        """)
    }
    return sentences
  }

  private func text(_ value: Value?) -> String { value?.jsonText ?? "missing" }
}
