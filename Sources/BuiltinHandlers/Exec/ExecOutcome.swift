import EngineCore

/// What came of a command that was started, in the terms of the engine.
struct ExecOutcome {
  /// What no second try can help: EX_DATAERR and EX_NOPERM of sysexits.h.
  static let finalExitCodes: Set<Int32> = [65, 77]
  /// How much of a standard output that is no result is quoted, in bytes.
  private static let excerptLimit = 400

  /// The command, for sentences.
  let command: String
  /// How it ended.
  let end: CommandRun.End
  /// How long it might have taken.
  let timeout: Duration?

  /// The outcome.
  var outcome: WorkOutcome {
    switch (end.stop, end.status) {
    case (nil, .exited(0)): result
    case (nil, .exited(let code)): .failed(exitFailure(code))
    case (nil, .killed(let signal)): .failed(signalFailure(signal))
    case (.timeout, let status): late(status) ?? .failed(timeoutFailure)
    case (.cancelled, let status), (.killed, let status), (.exited, let status): late(status) ?? .cancelled
    }
  }

  /// What the command wrote to standard error, unless a failure says it or it is blank.
  var note: String? {
    if isBlank(end.errors.head) && end.errors.tail.isEmpty { return nil }
    if case .failed = outcome { return nil }
    return end.errors.text
  }

  /// What a command reported after it was told to stop, if it did report something.
  private func late(_ status: ChildStatus) -> WorkOutcome? {
    guard status == .exited(0), !isBlank(end.output.head) else { return nil }
    switch result {
    case .completed(let value): return .completed(result: value)
    case .businessError(let code, let message): return .businessError(code: code, message: message)
    case .waiting(let reference, let limit): return .waiting(reference: reference, limit: limit)
    case .failed, .cancelled: return nil
    }
  }

  private var result: WorkOutcome {
    if let reason = end.output.readFailure {
      return .failed(
        Failure(
          code: "OUTPUT_LOST", message: "the standard output of \(command) could not be read: \(reason)",
          detail: errors))
    }
    if end.output.isCut {
      let limit = CommandRun.outputLimit
      return badOutput("it has \(end.output.total) bytes, and \(limit) are allowed")
    }
    let bytes = end.output.head
    if isBlank(bytes) { return .completed(result: .context(Context())) }
    let value: Value
    do throws(JSONError) {
      value = try Value(json: bytes)
    } catch {
      return badOutput(error.description)
    }
    guard case .context(let result) = value else { return badOutput("it is a \(value.typeName)") }
    if case .context(let request) = result["wait"] { return waiting(request) }
    guard case .context(let error) = result["error"] else { return .completed(result: value) }
    guard case .string(let code) = error["code"], !code.isEmpty else {
      return badOutput("its `error` has no `code` that is text")
    }
    switch error["message"] {
    case nil, .null: return .businessError(code: code, message: "")
    case .string(let message): return .businessError(code: code, message: message)
    case .some(let other): return .businessError(code: code, message: other.description)
    }
  }

  /// The command has begun something that somebody else will complete.
  private func waiting(_ request: Context) -> WorkOutcome {
    var limit: Duration?
    switch request["limit"] {
    case nil, .null: break
    case .string(let text):
      guard let duration = Duration(text: text) else { return badOutput("the `limit` of its `wait` is no duration") }
      limit = duration
    case .some: return badOutput("the `limit` of its `wait` is no text such as \"30m\"")
    }
    switch request["reference"] {
    case nil, .null: return .waiting(reference: "", limit: limit)
    case .string(let reference): return .waiting(reference: reference, limit: limit)
    case .some(let other): return .waiting(reference: other.description, limit: limit)
    }
  }

  private func badOutput(_ reason: String) -> WorkOutcome {
    let excerpt = PlainText.oneLine(String(decoding: end.output.head.prefix(Self.excerptLimit), as: UTF8.self))
    let mark = end.output.total > Self.excerptLimit ? "…" : ""
    return .failed(
      Failure(
        code: "BAD_OUTPUT", message: "the standard output of \(command) is not one JSON object: \(reason)",
        detail: "standard output: \(excerpt)\(mark)\(errors.map { "\n\($0)" } ?? "")", isRetryable: false))
  }

  private func exitFailure(_ code: Int32) -> Failure {
    Failure(
      code: "exit \(code)", message: sentence("\(command) exited with \(code)"), detail: errors,
      isRetryable: !Self.finalExitCodes.contains(code))
  }

  private func signalFailure(_ signal: Int32) -> Failure {
    let name = Self.signalNames[signal].map { " (\($0))" } ?? ""
    return Failure(
      code: "signal \(signal)", message: sentence("\(command) was killed by signal \(signal)\(name)"), detail: errors)
  }

  private var timeoutFailure: Failure {
    let limit = timeout.map { " within \($0.shortText)" } ?? " in time"
    return Failure(code: "TIMEOUT", message: sentence("\(command) was not done\(limit)"), detail: errors)
  }

  /// Adds the last thing that the command complained about.
  private func sentence(_ beginning: String) -> String {
    let line = PlainText.lastLine(of: end.errors.text)
    return line.map { "\(beginning): \($0)" } ?? beginning
  }

  private var errors: String? {
    end.errors.total == 0 ? nil : end.errors.text
  }

  private func isBlank(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }

  private static let signalNames: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ",
  ]
}
