import EngineCore

/// Something that happens from outside, and to which instance: messages, signals, time and crashes happen to all.
package struct PathStep: Sendable, CustomStringConvertible {
  package let instance: String
  package let action: PathAction

  /// One line.
  package var description: String { instance == ReferenceFamily.main ? "\(action)" : "\(instance): \(action)" }
}

/// Something that happens from outside. Leaves are named as in `Outlook`.
package enum PathAction: Sendable, CustomStringConvertible {
  /// A handler, a worker or a person reports.
  case report(String, WorkOutcome)
  /// Somebody sends a message, which waits for a while if nobody waits for it.
  case send(name: String, key: String?, value: Int, life: Duration)
  /// Somebody sends a signal.
  case signal(name: String, value: Int)
  /// The clock goes on to an instant.
  case passTime(to: Timestamp)
  /// An operator grants one more try; of a step in doubt: it happened.
  case retry(String)
  /// An operator counts something as done; a step in doubt: it did not happen.
  case skip(String)
  case suspend
  case resume
  case compensate
  case cancel
  case terminate
  /// The engine dies, and another one takes over.
  case crash

  /// One line.
  package var description: String {
    switch self {
    case .report(let leaf, let outcome): "\(leaf) reports \(outcome.words)"
    case .send(let name, let key, let value, let life):
      "message \(name)\(key.map { " for \($0)" } ?? "") with \(value), living \(life)"
    case .signal(let name, let value): "signal \(name) with \(value)"
    case .passTime(let instant): "time passes to \(instant.microseconds)"
    case .retry(let leaf): "retry \(leaf)"
    case .skip(let leaf): "skip \(leaf)"
    case .suspend: "suspend"
    case .resume: "resume"
    case .compensate: "compensate"
    case .cancel: "cancel"
    case .terminate: "terminate"
    case .crash: "crash and recover"
    }
  }
}

extension WorkOutcome {
  /// In a few words, for traces.
  package var words: String {
    switch self {
    case .completed(let result): "done \(result)"
    case .businessError(let code, _): "error \(code)"
    case .failed(let failure): "\(failure.isRetryable ? "failed" : "failed for good") \(failure.code)"
    case .cancelled: "stopped"
    case .waiting: "wait"
    }
  }
}
