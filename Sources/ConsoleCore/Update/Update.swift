import EngineCore

/// Takes one message: changes the model and says what the outside shall do. Pure, and total: no message is ever wrong.
package func update(_ model: inout ConsoleModel, _ message: ConsoleMessage) -> [ConsoleEffect] {
  switch message {
  case .key(let key): model.press(key)
  case .resized(let width, let height): model.resize(width: width, height: height)
  case .tick(let now): model.tick(now)
  case .storeChanged: model.noteChange()
  case .loaded(let generation, let content): model.take(content, for: generation)
  case .loadFailed(let generation, let message): model.takeFailure(SafeText(untrusted: message), of: generation)
  case .planned(let generation, let answers): model.take(answers, for: generation)
  case .executed(let generation, let answers): model.take(answers, for: generation)
  case .edited(let generation, let answer): model.take(answer, for: generation)
  case .roleChanged(let role): model.adopt(role)
  case .writesFailing(let message): model.noteWriteFailure(message.map { SafeText(untrusted: $0) })
  case .storeLost(let message): model.lose(SafeText(untrusted: message))
  case .noticed(let severity, let message): model.show(SafeText(untrusted: message), severity)
  }
}

extension ConsoleModel {
  /// How old the engine's row may become; a dead engine changes nothing that could be noticed.
  static let engineLifetime = Duration.seconds(2)

  mutating func resize(width: Int, height: Int) -> [ConsoleEffect] {
    let isFirst = self.width == 0
    self.width = max(0, width)
    self.height = max(0, height)
    settleList()
    return isFirst ? loadEngine() + loadCurrent(isRefresh: true) : loadCurrent(isRefresh: false)
  }

  mutating func tick(_ now: Timestamp) -> [ConsoleEffect] {
    guard !isFrozen else { return [] }
    self.now = max(self.now, now)
    if let notice, notice.until <= self.now { self.notice = nil }
    if let engineReadAt, self.now - engineReadAt < Self.engineLifetime { return [] }
    return width > 0 ? loadEngine() : []
  }

  mutating func noteChange() -> [ConsoleEffect] {
    guard !isFrozen else {
      heldBack += 1
      return []
    }
    return refresh()
  }

  mutating func adopt(_ role: EngineRole) -> [ConsoleEffect] {
    self.role = role
    return loadEngine()
  }

  mutating func noteWriteFailure(_ failure: SafeText?) -> [ConsoleEffect] {
    writeFailure = failure
    settleList()
    return []
  }

  /// Nobody can change what is shown any more, and there is no engine that quitting would end.
  mutating func lose(_ loss: SafeText) -> [ConsoleEffect] {
    self.loss = loss
    role = .attached
    access = .readOnly(reason: "the store is gone")
    settleList()
    return []
  }

  mutating func show(_ text: SafeText, _ severity: Notice.Severity) -> [ConsoleEffect] {
    say(text, severity)
    return []
  }

  /// Reads anew what is on the screen.
  mutating func refresh() -> [ConsoleEffect] { loadEngine() + loadCurrent(isRefresh: true) }
}
