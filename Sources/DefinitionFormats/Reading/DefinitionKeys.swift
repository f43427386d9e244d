/// Every key of the form, by the place in which it may stand. `DefinitionSchema` says the same for editors.
enum DefinitionKeys {
  static let process = ["process", "name", "saga", "priority", "keep", "publish", "start", "nodes"]
  static let keep = ["for", "newest", "then"]
  static let saga = ["scope", "onFailure", "order"]
  static let subprocess = ["nodes", "start", "saga"]
  static let triggers = ["after", "every", "error", "message", "signal", "when", "escalation"]
  /// Those that set off boundary events alone, and event subprocesses alone.
  static let ownTriggers = ["cancel", "compensation"]
  static let event = triggers + ["cancel", "key", "output", "interrupting", "next", "id", "name"]
  static let handled =
    triggers + ["compensation", "key", "output", "interrupting", "nodes", "start", "saga"]
  static let awaited = ["signal", "when", "output"]
  static let sent = ["message", "key", "with", "ttl"]
  static let thrown = ["signal", "escalation", "link", "compensate", "with"]
  static let start = ["message", "signal", "output", "every", "date", "at"]
  static let cycle = ["interval", "from", "cron", "zone", "dst", "times"]
  static let wait = ["until"]
  static let branch = ["if", "else", "next"]
  static let each = ["each", "times", "as", "sequential", "until", "collect"]
  static let `repeat` = ["while", "until", "atMost"]
  static let retry = ["attempts", "backoff", "factor", "max", "jitter", "errors", "policy"]
  static let external = ["topic", "lease", "attempts"]
  static let call = ["process", "version", "key"]
  static let user = ["assignee", "candidates", "due", "form"]
  static let end = ["error", "signal", "escalation", "compensate", "message", "key", "with", "ttl"]

  /// The keys of a compensation, by what does it; `name` is not among them, since it is no node.
  static func compensation(_ kind: NodeWord) -> [String] {
    [kind.rawValue, "input", "output", "afterFailure"] + kind.workKeys
  }

  /// The keys of a probe: it is given what the step was given, and is tried once.
  static func probe(_ kind: NodeWord) -> [String] { kind == .service ? [kind.rawValue, "with"] : [kind.rawValue] }

  /// The kinds of work that can undo something.
  static let undoing: [NodeWord] = [.run, .service, .external, .user]

  /// Every key that some node can have, for telling a misplaced key from a misspelt one.
  static let anywhere: [String] = NodeWord.allCases.flatMap(\.keys).reduce(into: []) { keys, key in
    if !keys.contains(key) { keys.append(key) }
  }
}

/// The key by which a node says its kind.
enum NodeWord: String, CaseIterable {
  case run
  case service
  case external
  case user
  case call
  case set
  case choose
  case fork
  case join
  case wait
  case end
  case subprocess
  case transaction
  case receive
  case await
  case send
  case `throw`
  case first
  case link
  case handle
  case custom

  /// Every key that such a node can have.
  var keys: [String] { [rawValue, "name"] + otherKeys }

  private var otherKeys: [String] {
    switch self {
    case .run, .service, .external:
      ["for", "repeat", "input", "output"] + workKeys + ["compensate", "probe", "events", "next"]
    case .user, .call:
      ["for", "repeat", "input", "output"] + workKeys + ["compensate", "events", "next"]
    case .set: ["for", "repeat", "compensate", "next"]
    case .choose, .fork, .end, .first, .handle: []
    case .join, .wait, .await, .send, .throw, .link: ["next"]
    case .receive: ["key", "output", "events", "next"]
    case .subprocess, .transaction: ["for", "repeat", "input", "compensate", "events", "next"]
    case .custom: ["with", "output", "next"]
    }
  }

  /// The keys that say how work is done. The lease limits an external attempt; nothing limits a person.
  fileprivate var workKeys: [String] {
    switch self {
    case .run: ["retry", "timeout"]
    case .service: ["with", "retry", "timeout"]
    case .external, .call: ["retry"]
    case .user, .set, .choose, .fork, .join, .wait, .end, .subprocess, .transaction, .receive, .await, .send,
      .throw, .first, .link, .handle, .custom:
      []
    }
  }

  /// What to write instead of a key that means nothing at such a node.
  func hint(misplaced key: String) -> String? {
    switch (self, key) {
    case (.choose, "next"): "Its branches say where it leads; add an `else`."
    case (.fork, "next"): "`fork` lists where it leads."
    case (.first, "next"): "`first` lists the events that it waits for."
    case (.handle, "next"): "It ends by itself, and the scope around it goes on."
    case (.send, "with"): "It stands inside: `send: {message: …, with: {…}}`."
    case (.throw, "with"): "It stands inside: `throw: {signal: …, with: {…}}`."
    case (.end, "next"): "Nothing follows an end."
    case (.external, "timeout"): "The lease limits how long an attempt may take."
    case (.user, "timeout"): "Use a boundary event: `events: [{after: 2h, next: …}]`."
    case (.user, "probe"), (.set, "probe"): "Nobody doubts whether it happened."
    case (_, "with"): "`with` configures a `service`."
    default: nil
    }
  }
}
