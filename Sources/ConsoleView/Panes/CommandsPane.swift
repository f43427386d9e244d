import ConsoleCore
import EngineCore

/// What operators did to the instance, newest first.
package enum CommandsPane {
  package static func content(_ input: PaneInput, width: Int) -> PaneContent {
    guard !input.detail.commands.isEmpty else {
      return PaneContent("No operator has touched this instance.", width: width)
    }
    var table = PaneTable([
      .init(title: "TIME"),
      .init(title: "VERB"),
      .init(title: "WHO", minimum: 6),
      .init(title: "FROM", minimum: 6, expendability: 2),
      .init(title: "OUTCOME", minimum: 8),
      .init(title: "VERSION", expendability: 1),
      .init(title: "REASON", minimum: 8),
    ])
    for command in input.detail.commands {
      table.add(
        [
          .init(input.clock.time(command.issuedAt)), .init(SafeText(untrusted: command.verb), .textStrong),
          .init(who(command.issuer)), .init(origin(command.issuer), .tableMuted),
          .init(SafeText(untrusted: command.outcome), role(command)), .init(versions(command), .tableMuted),
          .init(SafeText(untrusted: command.reason ?? "")),
        ], about: .command(command.id))
    }
    return table.content(width: width)
  }

  private static func who(_ issuer: Issuer) -> SafeText {
    let user = SafeText(untrusted: issuer.user)
    return issuer.sudoUser.map { SafeText(untrusted: $0) + " as \(user)" } ?? user
  }

  private static func origin(_ issuer: Issuer) -> SafeText {
    let place = SafeText(untrusted: issuer.source) + " on " + SafeText(untrusted: issuer.host)
    return issuer.sshClient.map { place + ", ssh from " + SafeText(untrusted: $0) } ?? place
  }

  private static func role(_ command: AuditRow) -> StyleRole {
    if command.decidedAt == nil { return .stateWaiting }
    return command.outcome == "done" ? .success : .error
  }

  private static func versions(_ command: AuditRow) -> SafeText {
    switch (command.versionBefore, command.versionAfter) {
    case (let before?, let after?): before == after ? "\(before)" : "\(before) → \(after)"
    case (let before?, nil): "\(before)"
    case (nil, let after?): "→ \(after)"
    case (nil, nil): ""
    }
  }
}
