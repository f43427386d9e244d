// All that the console knows, as one value. Keys, time and answers of the store come in as messages; `update` changes
// the model and says what the outside shall do; a view is drawn from the model alone. So every behaviour of the console
// can be tested without a terminal, a store or a clock.

import EngineCore

/// The whole state of the console.
package struct ConsoleModel: Sendable {
  package let store: StoreIdentity
  package let surroundings: Surroundings
  package internal(set) var access: Access
  package internal(set) var role: EngineRole

  package internal(set) var width = 0
  package internal(set) var height = 0
  package internal(set) var now: Timestamp
  package internal(set) var timeZone = TimeZoneMode.local

  /// The engine and the totals, as read last.
  package internal(set) var engine: EngineRow?
  package internal(set) var samples = EngineSamples()
  /// Why the store could not be read the last time.
  package internal(set) var failure: SafeText?
  /// Why the engine in this process cannot write.
  package internal(set) var writeFailure: SafeText?
  /// What has become of the store's file; nothing runs in this process any more.
  package internal(set) var loss: SafeText?

  /// Where the operator is: the first screen is the home, the last one is in sight.
  package internal(set) var path: [Screen] = [.list(.instances)]
  var previousPath: [Screen]?
  private var lists = ViewKind.allCases.map(ListState.init)
  package internal(set) var overlay = Overlay.none
  package internal(set) var notice: Notice?
  package internal(set) var isFrozen = false
  /// How many changes the frozen picture holds back.
  package internal(set) var heldBack = 0
  /// What the operator should know about how the store was opened; stays.
  package internal(set) var remark: SafeText?

  var lastGeneration = 0
  var enginePending: Generation?
  var engineReadAt: Timestamp?
  var matching: (generation: Generation, kind: ViewKind)?
  var editing: (generation: Generation, target: VerbTarget)?
  var commandHistory: [String] = []
  /// `q` has been pressed once, and would end the engine.
  var isQuitArmed = false

  /// One step of the path.
  package enum Screen: Sendable {
    case list(ViewKind)
    case instance(InstanceView)
  }

  /// What lies over the view and has the keys.
  package enum Overlay: Sendable {
    case none
    case prompt(Prompt)
    case sheet(PlanSheet)
    case help(top: Int)
  }

  /// - Parameters:
  ///   - remark: a sentence about how the store was opened, e.g. that a copy is shown.
  package init(
    store: StoreIdentity, access: Access, role: EngineRole, now: Timestamp, surroundings: Surroundings,
    remark: SafeText? = nil
  ) {
    self.store = store
    self.access = access
    self.role = role
    self.now = now
    self.surroundings = surroundings
    self.remark = remark
  }

  /// The state of a list, whether it is in sight or not.
  package internal(set) subscript(list kind: ViewKind) -> ListState {
    get { lists[Self.position(of: kind)] }
    set { lists[Self.position(of: kind)] = newValue }
  }

  private static func position(of kind: ViewKind) -> Int {
    guard let position = ViewKind.allCases.firstIndex(of: kind) else {
      preconditionFailure("\(kind) is missing among its own cases")
    }
    return position
  }
}

extension ConsoleModel {
  /// The screen in sight.
  package var screen: Screen { path.last ?? .list(.instances) }

  /// The list in sight.
  package var listKind: ViewKind? {
    if case .list(let kind) = screen { kind } else { nil }
  }

  /// The opened instance in sight.
  package internal(set) var instanceView: InstanceView? {
    get { if case .instance(let view) = screen { view } else { nil } }
    set {
      guard let newValue, case .instance = screen else { return }
      path[path.count - 1] = .instance(newValue)
    }
  }

  /// Whether anything in the store can move, and who moves it.
  package var connection: Connection {
    guard let engine else { return .unknown }
    if loss != nil { return .none(since: engine.heartbeatAt) }
    if role == .engine { return .inside(epoch: engine.epoch) }
    if engine.isAlive { return .attached(host: engine.host, process: engine.process, epoch: engine.epoch) }
    return .none(since: engine.heartbeatAt)
  }

  /// How times are said.
  package var clock: ClockText {
    let offset = timeZone == .utc ? 0 : surroundings.offsetSeconds(now)
    return ClockText(now: now, offsetSeconds: offset, mode: timeZone)
  }

  /// What the panes of the opened instance are drawn from.
  package var paneInput: PaneInput? {
    guard let view = instanceView, let story = view.shownStory else { return nil }
    let presence: EnginePresence
    switch connection {
    case .unknown: presence = .unknown
    case .inside, .attached: presence = .alive(handlers: nil)
    case .none: presence = .none
    }
    return PaneInput(
      story: story, now: view.past?.now ?? now, offsetSeconds: clock.offsetSeconds,
      engine: view.past == nil ? presence : .unknown)
  }

  mutating func nextGeneration() -> Generation {
    lastGeneration += 1
    return Generation(lastGeneration)
  }

  mutating func say(_ text: SafeText, _ severity: Notice.Severity = .information) {
    notice = Notice(text, severity: severity, at: now)
  }
}
