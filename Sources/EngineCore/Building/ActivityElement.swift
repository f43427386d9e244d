/// An element that takes time and can be watched by boundary events and be compensated.
public protocol ScopeElement: ProcessElement {}

/// An element at which work is done.
public protocol ActivityElement: ScopeElement {}

extension ScopeElement {
  /// Gives the work a value under a name, instead of all visible variables; a subprocess gets a variable of its own.
  /// Strings that begin with `=` are expressions.
  public func input(_ name: String, _ value: Value) -> Self {
    with { $0.addInput(name, value) }
  }

  /// Leads elsewhere when the work throws an error, or fails for good; without a code, any error.
  public func onError(_ code: String? = nil, next target: String) -> Self {
    with { $0.events.append(EventDraft(trigger: .error(code: code), target: target)) }
  }

  /// Leads elsewhere when a time has passed; the work is ended unless the event does not interrupt.
  public func after(_ delay: Duration, interrupting: Bool = true, next target: String) -> Self {
    with {
      $0.events.append(EventDraft(trigger: .timer(.delay(delay)), isInterrupting: interrupting, target: target))
    }
  }

  /// Leads elsewhere again and again while the work goes on, which is not ended by it.
  public func every(_ cycle: TimerCycle, next target: String) -> Self {
    with { $0.events.append(EventDraft(trigger: .timer(.cycle(cycle)), isInterrupting: false, target: target)) }
  }

  /// Leads elsewhere again and again: a period such as `10m`, a repeating interval such as `R5/PT10S`, or a cron
  /// expression in UTC.
  public func every(_ text: String, next target: String) -> Self {
    with { draft in
      do throws(TimerTextError) {
        let cycle = try TimerCycle(text)
        draft.events.append(EventDraft(trigger: .timer(.cycle(cycle)), isInterrupting: false, target: target))
      } catch {
        draft.issues.append(DefinitionIssue(.badDuration, node: draft.id, error.message, hint: error.hint))
      }
    }
  }

  /// Undoes the completed work by a handler.
  public func compensate(
    handler: String, with configuration: Value = .null, retry: RetryPolicy = .never, timeout: Duration? = nil
  ) -> Self {
    compensate(retry: retry, timeout: timeout) { try Work(handler: handler, with: configuration) }
  }

  /// Undoes the completed work by a command.
  public func compensate(run arguments: String..., retry: RetryPolicy = .never, timeout: Duration? = nil) -> Self {
    compensate(retry: retry, timeout: timeout) { try Work(command: arguments.map { .string($0) }) }
  }

  /// Undoes the completed work by the workers of a topic.
  public func compensate(
    topic: String, lease: Duration = .seconds(60), retry: RetryPolicy = .never
  ) -> Self {
    compensate(retry: retry, timeout: nil) { .external(ExternalWork(topic: topic, lease: lease)) }
  }

  /// Undoes the completed work in any way.
  public func compensate(_ compensation: Compensation) -> Self {
    with { $0.setCompensation(compensation) }
  }

  private func compensate(retry: RetryPolicy, timeout: Duration?, work: () throws -> Work) -> Self {
    with { draft in
      draft.collect { draft in
        draft.setCompensation(Compensation(work: try work(), retry: retry, timeout: timeout))
      }
    }
  }
}

extension ActivityElement {
  /// Keeps a part of the work's `result` in a variable. Strings that begin with `=` are expressions.
  public func output(_ name: String, _ value: Value) -> Self {
    with { $0.addOutput(name, value) }
  }

  /// Tries failed work again: all attempts, the first one included, and the pauses between them.
  public func retry(
    _ attempts: Int, backoff: Duration = .seconds(1), factor: Double = 1, max: Duration = .seconds(3600),
    jitter: Double = 0, errors: [String]? = nil
  ) -> Self {
    let policy = RetryPolicy(
      attempts: attempts, backoff: backoff, factor: factor, maximum: max, jitter: jitter, errors: errors)
    return with { $0.changeActivity { $0.retry = policy } }
  }

  /// Undoes the work even when it has failed for good, since it may have happened in part. Follows `compensate`.
  public func compensateAlsoAfterFailure() -> Self {
    with { $0.changeActivity { $0.compensation?.includesFailure = true } }
  }

  /// Asks a handler whether the work has happened when compensation has to know and nobody does.
  public func probe(handler: String, with configuration: Value = .null) -> Self {
    with { draft in
      draft.collect { draft in
        let probe = try Work(handler: handler, with: configuration)
        draft.changeActivity { $0.probe = probe }
      }
    }
  }

  /// Asks a command whether the work has happened when compensation has to know and nobody does.
  public func probe(run arguments: String...) -> Self {
    with { draft in
      draft.collect { draft in
        let probe = try Work(command: arguments.map { .string($0) })
        draft.changeActivity { $0.probe = probe }
      }
    }
  }

  /// Ends an attempt that takes longer.
  public func timeout(_ limit: Duration) -> Self {
    with { $0.changeActivity { $0.timeout = limit } }
  }
}

extension Work {
  /// The work of a registered handler.
  init(handler: String, with configuration: Value) throws(ExpressionError) {
    self = .handler(name: handler, configuration: try ValueTemplate(configuration))
  }

  /// The work of a command, which the handler `exec` runs: a list of words, never a shell line.
  package init(command: [Value]) throws(ExpressionError) {
    self = .handler(name: "exec", configuration: try ValueTemplate(.list(command)))
  }
}

extension NodeDraft {
  init(activity id: String, work: () throws -> Work) {
    self.init(id: id, kind: .activity(Activity(work: .script)))
    collect { draft in
      let work = try work()
      draft.changeActivity { $0.work = work }
    }
  }

  /// Makes a change, or an issue of the expression that it stumbles over.
  mutating func collect(_ change: (inout NodeDraft) throws -> Void) {
    do {
      try change(&self)
    } catch let error as ExpressionError {
      report(error)
    } catch {}
  }

  mutating func report(_ error: ExpressionError) {
    issues.append(DefinitionIssue(.badExpression, node: id, "\(id.inBackticks) has a bad expression, \(error)"))
  }

  mutating func changeActivity(_ change: (inout Activity) -> Void) {
    guard case .activity(var activity) = kind else { return }
    change(&activity)
    kind = .activity(activity)
  }

  mutating func addInput(_ name: String, _ value: Value) {
    collect { draft in
      let mapping = Mapping(target: name, template: try ValueTemplate(value))
      if case .subprocess(let scope, let inputs, let saga, let compensation) = draft.kind {
        draft.kind = .subprocess(scope, inputs: inputs + [mapping], saga: saga, compensation: compensation)
      }
      draft.changeActivity { $0.inputs.append(mapping) }
    }
  }

  mutating func addOutput(_ name: String, _ value: Value) {
    collect { draft in
      let mapping = Mapping(target: name, template: try ValueTemplate(value))
      draft.changeActivity { $0.outputs.append(mapping) }
    }
  }

  mutating func setCompensation(_ compensation: Compensation) {
    if case .subprocess(let scope, let inputs, let saga, _) = kind {
      kind = .subprocess(scope, inputs: inputs, saga: saga, compensation: compensation)
    }
    changeActivity { $0.compensation = compensation }
  }
}

extension String {
  /// An expression as people may write it, with or without the sign that begins one in YAML.
  var withoutEqualsSign: String { hasPrefix("=") ? String(dropFirst()) : self }
}
