import EngineCore

/// What differs between an instance as it is stored and as its history says it must be.
struct Differences {
  let stored: ProcessInstance
  let folded: ProcessInstance
  let names: RowNames

  /// One sentence for each field that differs, and for each row that is missing or should not be there.
  var sentences: [String] {
    var sentences = header
    sentences += rows(\.tokens, \.id) { names.describe($0) }
    sentences += rows(\.scopes, \.id) { names.describe($0) }
    sentences += rows(\.timers, \.id) { names.describe($0, named: names.timer($0, folded, stored)) }
    sentences += rows(\.subscriptions, \.id) { names.describe($0) }
    sentences += rows(\.userTasks, \.token) { names.describe($0, of: token($0.token)) }
    sentences += rows(\.externalTasks, \.token) { names.describe($0, of: token($0.token)) }
    sentences += rows(\.records, \.id) { names.describe($0) }
    sentences += rows(\.runs, \.id) { names.describe($0) }
    sentences += rows(\.incidents, \.id) { names.describe($0, of: token($0.token)) }
    return sentences + deferred + variables + undoLog
  }

  private func token(_ id: TokenID) -> String { names.token(id, folded, stored) }

  private var header: [String] {
    var sentences: [String] = []
    note("state", stored.state.name, folded.state.name, &sentences)
    note("suspension", "\(stored.isSuspended)", "\(folded.isSuspended)", &sentences)
    note("suspension with its definition", "\(stored.isHeld)", "\(folded.isHeld)", &sentences)
    note("corruption", "\(stored.isCorrupted)", "\(folded.isCorrupted)", &sentences)
    note("business key", stored.businessKey ?? "none", folded.businessKey ?? "none", &sentences)
    note("caller", text(stored.parent), text(folded.parent), &sentences)
    note("error code", stored.errorCode ?? "none", folded.errorCode ?? "none", &sentences)
    note("last sequence", "\(stored.sequence)", "\(folded.sequence)", &sentences)
    note("next identifier", "\(stored.nextID)", "\(folded.nextID)", &sentences)
    note("time of the start", stored.createdAt.iso8601, folded.createdAt.iso8601, &sentences)
    note("time of the last change", stored.updatedAt.iso8601, folded.updatedAt.iso8601, &sentences)
    note("end", stored.endedAt?.iso8601 ?? "none", folded.endedAt?.iso8601 ?? "none", &sentences)
    return sentences
  }

  private func text(_ parent: ParentLink?) -> String {
    parent.map { "token \($0.token) of instance \($0.instance) at call depth \($0.depth)" } ?? "none"
  }

  private func note(_ what: String, _ stored: String, _ folded: String, _ sentences: inout [String]) {
    if stored != folded { sentences.append("its \(what) is stored as \(stored), but history says \(folded)") }
  }

  /// Rows that are missing, that should not be there, and that say something else.
  private func rows<Row: Hashable, ID: Identifier>(
    _ part: KeyPath<ProcessInstance, [Row]>, _ id: KeyPath<Row, ID>, _ describe: (Row) -> RowDescription
  ) -> [String] {
    let isRow = stored[keyPath: part]
    let mustBe = folded[keyPath: part]
    if isRow == mustBe { return [] }
    var sentences: [String] = []
    for row in mustBe {
      guard let found = isRow.first(where: { $0[keyPath: id] == row[keyPath: id] }) else {
        sentences.append("its \(describe(row).name) is missing")
        continue
      }
      if found != row { sentences += fields(describe(found), describe(row)) }
    }
    for row in isRow where !mustBe.contains(where: { $0[keyPath: id] == row[keyPath: id] }) {
      sentences.append("its \(describe(row).name) is stored, but history knows none")
    }
    return sentences.isEmpty ? ["its rows are stored in another order than that of their numbers"] : sentences
  }

  private func fields(_ found: RowDescription, _ mustBe: RowDescription) -> [String] {
    let sentences = zip(found.fields, mustBe.fields).compactMap { found, right in
      found.value == right.value
        ? nil
        : "the \(right.name) of its \(mustBe.name) is stored as \(found.value), but history says \(right.value)"
    }
    return sentences.isEmpty ? ["its \(mustBe.name) is not stored as history says"] : sentences
  }

  private var deferred: [String] {
    guard stored.deferred != folded.deferred else { return [] }
    let place = zip(stored.deferred, folded.deferred).prefix { $0 == $1 }.count
    func text(_ outcomes: [DeferredOutcome]) -> String {
      outcomes.indices.contains(place) ? names.text(outcomes[place]) : "missing"
    }
    return [
      """
      what came in while it was suspended is stored as \(text(stored.deferred)) in place \(place), \
      but history says \(text(folded.deferred))
      """
    ]
  }

  private var variables: [String] {
    var sentences: [String] = []
    let scopes = Set((stored.variables.scopes + folded.variables.scopes).map(\.scope)).sorted()
    for scope in scopes {
      let isValue = stored.variables[scope]
      let mustBe = folded.variables[scope]
      if isValue == mustBe { continue }
      let place = scope == .root ? "" : " of \(names.scope(scope, folded, stored))"
      let all = Set((isValue.entries + mustBe.entries).map(\.name)).sorted()
      for name in all where isValue[name] != mustBe[name] {
        sentences.append(
          "its variable \(name)\(place) is stored as \(text(isValue[name])), but history says \(text(mustBe[name]))")
      }
    }
    return sentences
  }

  private var undoLog: [String] {
    let isLog = stored.variables.undoLog
    let mustBe = folded.variables.undoLog
    guard isLog != mustBe else { return [] }
    let place = zip(isLog, mustBe).prefix { $0 == $1 }.count
    func text(_ log: [VariableTable.Overwritten]) -> String {
      guard log.indices.contains(place) else { return "missing" }
      let entry = log[place]
      return "event \(entry.sequence) overwrote \(entry.name), which was \(self.text(entry.previous))"
    }
    return [
      "what its changes of variables overwrote is stored in place \(place) as: \(text(isLog)); history says: \(text(mustBe))"
    ]
  }

  private func text(_ value: Value?) -> String { value?.jsonText ?? "missing" }
}
