import EngineCore

extension ConsoleModel {
  mutating func openPrompt(_ prompt: Prompt) -> [ConsoleEffect] {
    var prompt = prompt
    prompt.candidates = candidates(for: prompt)
    overlay = .prompt(prompt)
    return []
  }

  mutating func typeIntoPrompt(_ key: KeyPress) -> [ConsoleEffect] {
    guard case .prompt(var prompt) = overlay else { return [] }
    // Backspace in an empty line leaves it, as in other programs.
    if key == .backspace && prompt.editor.isEmpty { return performInPrompt(.close) }
    guard prompt.editor.take(key) else { return [] }
    prompt.error = nil
    prompt.historyIndex = nil
    prompt.candidates = candidates(for: prompt)
    let effects = applyWhileTyping(&prompt)
    overlay = .prompt(prompt)
    return effects
  }

  mutating func performInPrompt(_ command: PromptCommand) -> [ConsoleEffect] {
    guard case .prompt(let prompt) = overlay else { return [] }
    switch command {
    case .accept: return accept(prompt)
    case .close: return leave(prompt)
    case .complete: return complete(prompt)
    case .earlier: return recall(prompt, by: 1)
    case .later: return recall(prompt, by: -1)
    }
  }

  /// A filter takes effect with every key; one that cannot be read leaves the rows as they are.
  private mutating func applyWhileTyping(_ prompt: inout Prompt) -> [ConsoleEffect] {
    switch prompt.purpose {
    case .filter(let kind, _):
      let text = prompt.editor.text
      switch readFilter(text, for: kind) {
      case .success(let filter): return choose(filter, in: kind)
      case .failure(let refusal): prompt.error = SafeText(untrusted: refusal.message)
      }
    case .search:
      guard var view = instanceView else { return [] }
      view.search = prompt.editor.text
      instanceView = view
    case .command, .outputs: break
    }
    return []
  }

  func readFilter(_ text: String, for kind: ViewKind) -> Result<ListFilter, FilterRefusal> {
    guard kind.filtering == .store else { return .success(ListFilter(text: text)) }
    return surroundings.readFilter(text).map { ListFilter(text: text, words: $0) }
  }

  private mutating func accept(_ prompt: Prompt) -> [ConsoleEffect] {
    switch prompt.purpose {
    case .filter:
      // What cannot be read stays to be corrected.
      if prompt.error == nil { overlay = .none }
      return []
    case .search:
      overlay = .none
      searchPane(forward: true, includingCurrent: true)
      return []
    case .command: return run(prompt)
    case .outputs(let kind, let targets): return takeOutputs(prompt, kind, targets)
    }
  }

  private mutating func leave(_ prompt: Prompt) -> [ConsoleEffect] {
    overlay = .none
    switch prompt.purpose {
    case .filter(let kind, let before):
      return self[list: kind].filter == before ? [] : choose(before, in: kind)
    case .search:
      guard var view = instanceView else { return [] }
      view.search = ""
      instanceView = view
      return []
    case .command, .outputs: return []
    }
  }

  private mutating func takeOutputs(
    _ prompt: Prompt, _ kind: VerbKind, _ targets: [VerbTarget]
  ) -> [ConsoleEffect] {
    var prompt = prompt
    do {
      let value = try Value(json: prompt.editor.text)
      if case .context(let outputs) = value { return openSheet(kind, targets, outputs: outputs) }
      prompt.error = "outputs are a JSON object, e.g. {\"approved\": true}"
    } catch {
      prompt.error = SafeText(untrusted: error.description)
    }
    overlay = .prompt(prompt)
    return []
  }

  // MARK: Commands

  private mutating func run(_ prompt: Prompt) -> [ConsoleEffect] {
    let text = prompt.editor.text
    if !text.isEmpty && commandHistory.last != text { commandHistory.append(text) }
    switch CommandWord.read(text, panes: instanceView != nil) {
    case .failure(let refusal):
      var prompt = prompt
      prompt.error = SafeText(untrusted: refusal.message)
      overlay = .prompt(prompt)
      return []
    case .success(let word):
      overlay = .none
      return word.map { run($0) } ?? []
    }
  }

  private mutating func run(_ word: CommandWord) -> [ConsoleEffect] {
    switch word {
    case .view(let kind): return show(kind)
    case .pane(let pane): return show(pane)
    case .instance(let id): return openInstance(InstanceView(id, pane: .why))
    case .verb(let kind): return runUnlessOff(.verb(kind))
    case .filter(let text):
      guard let kind = listKind, kind.filtering != .none else { return [] }
      switch readFilter(text, for: kind) {
      case .success(let filter): return choose(filter, in: kind)
      case .failure(let refusal): return show(SafeText(untrusted: refusal.message), .error)
      }
    case .timeZone(let mode): return timeZone == mode ? [] : toggleTimeZone()
    case .help: return perform(.help)
    case .quit: return [.quit]
    }
  }

  private mutating func runUnlessOff(_ command: ConsoleCommand) -> [ConsoleEffect] {
    if case .disabled(let reason) = availability(of: command) { return show(reason, .warning) }
    return perform(command)
  }

  private func candidates(for prompt: Prompt) -> [String] {
    guard prompt.purpose == .command else { return [] }
    return CommandWord.candidates(for: prompt.editor.text, panes: instanceView != nil)
  }

  /// Completes as far as all candidates agree.
  private mutating func complete(_ prompt: Prompt) -> [ConsoleEffect] {
    var prompt = prompt
    guard let common = CommandWord.commonPrefix(of: prompt.candidates),
      common.count >= prompt.editor.text.count
    else { return [] }
    prompt.editor.replace(with: common)
    prompt.candidates = candidates(for: prompt)
    overlay = .prompt(prompt)
    return []
  }

  private mutating func recall(_ prompt: Prompt, by step: Int) -> [ConsoleEffect] {
    guard prompt.purpose == .command, !commandHistory.isEmpty else { return [] }
    var prompt = prompt
    let index = (prompt.historyIndex ?? -1) + step
    if index < 0 {
      prompt.historyIndex = nil
      prompt.editor.replace(with: "")
    } else {
      let bounded = min(index, commandHistory.count - 1)
      prompt.historyIndex = bounded
      prompt.editor.replace(with: commandHistory[commandHistory.count - 1 - bounded])
    }
    prompt.candidates = candidates(for: prompt)
    overlay = .prompt(prompt)
    return []
  }
}
