import EngineCore

/// Rows as JSON objects, one a line: fields are added, never renamed.
extension InstanceSummary {
  var json: Value {
    [
      "instance": Value(id.rawValue), "businessKey": businessKey.json, "process": .string(process),
      "processVersion": Value(processVersion), "state": .string(state.name), "suspended": .boolean(isSuspended),
      "corrupted": .boolean(isCorrupted), "version": Value(version),
      "tokens": .list(tokens.map(\.json)), "tokenCount": Value(tokenCount), "createdAt": createdAt.json,
      "updatedAt": updatedAt.json, "endedAt": endedAt.json, "nextTimer": nextTimer.json,
      "incidents": Value(incidentCount),
    ]
  }

  var title: String { "\(process)@\(processVersion)" }

  /// Where its tokens stand, in short: `charge! ship…`.
  var places: String {
    let shown = tokens.map { token in
      let mark =
        switch token.state {
        case .failed: "!"
        case .waiting: "…"
        case .created, .ready, .executing, .completed, .terminated: ""
        }
      return (token.mode == .compensation ? "↶" : "") + token.node + mark
    }
    let more = tokenCount - tokens.count
    return shown.joined(separator: " ") + (more > 0 ? " +\(more)" : "")
  }
}

extension TokenSummary {
  var json: Value {
    [
      "token": Value(id.rawValue), "node": .string(node), "state": .string(state.name), "mode": .string(mode.name),
      "attempt": Value(attempt),
    ]
  }
}

extension IncidentRow {
  var json: Value {
    [
      "instance": Value(instance.id.rawValue), "businessKey": instance.businessKey.json,
      "process": .string(instance.title), "token": Value(incident.token.rawValue), "node": .string(node),
      "mode": .string(mode.name), "kind": .string(incident.kind.name), "code": .string(incident.code),
      "message": .string(incident.message), "attempt": Value(attempt), "raisedAt": incident.raisedAt.json,
    ]
  }
}

extension TimerRow {
  var json: Value {
    [
      "instance": Value(instance.id.rawValue), "businessKey": instance.businessKey.json,
      "process": .string(instance.title), "timer": Value(timer.id.rawValue), "kind": .string(timer.kind.name),
      "node": .string(node), "due": timer.due.json,
    ]
  }
}

extension CompensationRunRow {
  var json: Value {
    let list = steps.map { step -> Value in
      ["node": .string(step.node), "state": .string(step.hasFailed ? "failed" : step.state.name)]
    }
    return [
      "instance": Value(instance.id.rawValue), "businessKey": instance.businessKey.json,
      "process": .string(instance.title), "phase": .string(run.phase.name), "code": .string(run.code),
      "message": .string(run.message), "steps": .list(list),
    ]
  }
}

extension TaskRow {
  var json: Value {
    var fields: Context = [
      "instance": Value(instance.id.rawValue), "businessKey": instance.businessKey.json,
      "process": .string(instance.title), "token": Value(token.rawValue), "node": .string(node),
      "attempt": Value(attempt), "failures": Value(failures), "attemptsAllowed": Value(attemptsAllowed),
    ]
    switch task {
    case .user(let user):
      fields["kind"] = "user"
      fields["assignee"] = user.assignee.json
      fields["candidates"] = .list(user.candidates.map(Value.string))
      fields["due"] = user.due.json
      fields["createdAt"] = user.createdAt.json
    case .external(let external):
      fields["kind"] = "external"
      fields["topic"] = .string(external.topic)
      fields["worker"] = external.worker.json
      fields["lockedUntil"] =
        external.worker == nil || external.reference != nil ? .null : external.availableAt.json
      fields["reference"] = external.reference.json
      fields["createdAt"] = external.createdAt.json
    }
    return .context(fields)
  }
}

extension AuditRow {
  var json: Value {
    [
      "id": Value(id), "at": issuedAt.json, "decidedAt": decidedAt.json, "verb": .string(verb),
      "instance": instance.map { Value($0.rawValue) } ?? .null, "user": .string(issuer.user),
      "sudoUser": issuer.sudoUser.json, "sshClient": issuer.sshClient.json, "host": .string(issuer.host),
      "source": .string(issuer.source), "reason": reason.json, "outcome": .string(outcome),
      "versionBefore": versionBefore.map { Value($0) } ?? .null,
      "versionAfter": versionAfter.map { Value($0) } ?? .null,
    ]
  }
}

extension DefinitionRow {
  var json: Value {
    var states = Context()
    for state in InstanceState.allCases { states[state.name] = Value(counts[state]) }
    return [
      "process": .string(deployed.definition.key), "version": Value(deployed.version),
      "name": .string(deployed.definition.name), "nodes": Value(deployed.definition.nodes.count),
      "folder": .string(deployed.folder), "deployedAt": deployed.deployedAt.json, "instances": .context(states),
      "incidents": Value(counts.withIncidents), "suspended": .boolean(isSuspended),
    ]
  }
}

extension Plan {
  var json: Value {
    [
      "instance": Value(target.rawValue), "version": Value(version), "plan": .string(title),
      "lines": .list(lines.map { .string($0.text) }),
    ]
  }
}

extension Timestamp {
  var json: Value { .string(iso8601) }
}

extension Optional where Wrapped == Timestamp {
  var json: Value { map { .string($0.iso8601) } ?? .null }
}

extension Optional where Wrapped == String {
  var json: Value { map(Value.string) ?? .null }
}
