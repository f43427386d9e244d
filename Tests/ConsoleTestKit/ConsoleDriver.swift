import ConsoleCore
import ConsoleView
import EngineCore

/// A console with a sample store behind it: presses keys, delivers answers, and remembers what was asked for.
package struct ConsoleDriver: Sendable {
  package var model: ConsoleModel
  package var store: SampleStore
  /// All effects since the last `forget`, in order.
  package private(set) var effects: [ConsoleEffect] = []
  /// Effects that have not been answered yet.
  package private(set) var unanswered: [ConsoleEffect] = []
  /// Whether answers come at once.
  package var answersAtOnce = true

  package init(
    _ store: SampleStore = .busy, width: Int = 80, height: Int = 24, access: Access = .full,
    role: EngineRole = .attached,
    isProduction: Bool = false, panes: @escaping PaneProvider = ConsoleDriver.noPanes
  ) {
    self.store = store
    model = ConsoleModel(
      store: StoreIdentity(path: "orders.db", isProduction: isProduction), access: access, role: role,
      now: SampleStore.now, surroundings: Self.surroundings(panes))
    send(.resized(width: width, height: height))
  }

  /// Filter words as far as these tests need them: `state:incident` and plain text; `state:` alone is wrong.
  package static func surroundings(_ panes: @escaping PaneProvider) -> Surroundings {
    Surroundings(
      offsetSeconds: { _ in 3600 },
      readFilter: { text in
        if text == "state:" { return .failure(FilterRefusal("state: which one?")) }
        let words = text.split(separator: " ").map { word -> InstanceFilter.Word in
          word == "state:incident" ? .hasIncident : .text(String(word))
        }
        return .success(InstanceFilter(words: words))
      },
      outline: { panes($0, $1, $2, $3).outline })
  }

  /// Panes that hold a few numbered lines, so that tests of the frame around them need no instance's story.
  package static let noPanes: PaneProvider = { pane, _, _, _ in
    PaneContent(lines: (1...40).map { PaneLine("line \($0) of a pane", about: .event(Int64($0))) })
  }

  // MARK: Driving

  /// Delivers a message, and the answers to what it asks for.
  package mutating func send(_ message: ConsoleMessage) {
    let asked = update(&model, message)
    effects += asked
    unanswered += asked
    if answersAtOnce { answerAll() }
  }

  /// Answers everything that is still open, and what comes of that.
  package mutating func answerAll() {
    while !unanswered.isEmpty {
      let effect = unanswered.removeFirst()
      guard let message = store.answer(effect) else { continue }
      let asked = update(&model, message)
      effects += asked
      unanswered += asked
    }
  }

  /// Forgets what was asked for so far.
  package mutating func forget() {
    effects = []
    unanswered = []
  }

  /// Presses keys by their names, e.g. `press("j", "enter", "ctrl-d")`.
  package mutating func press(_ names: String...) {
    for name in names {
      guard let key = KeyPress(name: name) else { preconditionFailure("there is no key called \(name)") }
      send(.key(key))
    }
  }

  /// Types a text, character by character.
  package mutating func type(_ text: String) {
    for scalar in text.unicodeScalars { send(.key(.character(scalar))) }
  }

  // MARK: Looking

  package var sheet: PlanSheet? {
    if case .sheet(let sheet) = model.overlay { sheet } else { nil }
  }

  package var prompt: Prompt? {
    if case .prompt(let prompt) = model.overlay { prompt } else { nil }
  }

  /// The commands that were carried out.
  package var executed: [ExecutionRequest] {
    effects.compactMap { if case .execute(let request) = $0 { request } else { nil } }
  }

  /// What was read.
  package var loads: [ViewRequest.Content] {
    effects.compactMap { if case .load(let request) = $0 { request.content } else { nil } }
  }

  package func frame(panes: PaneProvider = ConsoleDriver.noPanes) -> Frame {
    ConsoleScreen.render(model, panes: panes)
  }
}
