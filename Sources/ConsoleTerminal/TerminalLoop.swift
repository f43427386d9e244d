import CTerminal
import ConsoleCore
import ConsoleView
import Glibc

/// Waits, gathers, asks, paints.
struct TerminalLoop {
  private let screen: TerminalScreen
  private let configuration: TerminalConfiguration
  private let waker: TerminalWaker
  private let clock = ContinuousClock()

  /// What the program has not been told yet.
  private var events: [TerminalEvent] = []
  private var isWoken = false
  private var deadline: ContinuousClock.Instant?
  /// A picture that is to be painted as soon as the terminal takes it.
  private var waiting: Frame?
  /// The last picture that the program gave.
  private var current: Frame?
  private var lastFrame: ContinuousClock.Instant
  private var lastKey: ContinuousClock.Instant?
  private var ending: TerminalEnding?

  /// Ten frames a second while nobody presses keys.
  static let quietInterval = Duration.milliseconds(100)
  /// While somebody does, the answers that arrive after a key are shown sooner.
  static let busyInterval = Duration.milliseconds(15)
  /// For how long after a key.
  static let busyPeriod = Duration.milliseconds(250)

  init(screen: TerminalScreen, configuration: TerminalConfiguration, waker: TerminalWaker) {
    self.screen = screen
    self.configuration = configuration
    self.waker = waker
    lastFrame = clock.now - TerminalLoop.quietInterval
  }

  mutating func run(_ handler: TerminalSession.Handler) -> TerminalEnding {
    let size = screen.size
    events = [.resized(width: size.width, height: size.height)]
    while true {
      if let batch = takeBatch() {
        let response = handler(batch)
        deadline = response.deadline
        if let frame = response.frame {
          current = frame
          waiting = frame
          lastFrame = clock.now
        }
        perform(response.action)
      }
      if let ending { return ending }
      if events.isEmpty { wait() }
      if let ending { return ending }
    }
  }

  /// What the program is told now; nil while there is nothing, or nothing that cannot wait for the next frame.
  private mutating func takeBatch() -> [TerminalEvent]? {
    let now = clock.now
    if !events.isEmpty || now >= nextFrame {
      if isWoken {
        events.append(.woken)
        isWoken = false
      }
      if let due = deadline, due <= now {
        events.append(.deadline)
        deadline = nil
      }
    }
    guard !events.isEmpty else { return nil }
    defer { events = [] }
    return events
  }

  /// When the program may be asked for a picture without a key.
  private var nextFrame: ContinuousClock.Instant {
    if let lastKey, lastFrame - lastKey < TerminalLoop.busyPeriod { return lastFrame + TerminalLoop.busyInterval }
    return lastFrame + TerminalLoop.quietInterval
  }

  /// Waits for whatever comes first, and paints as soon as the terminal can take it.
  private mutating func wait() {
    if waiting != nil && isWritable() { paintWaiting() }
    var descriptors = [
      pollfd(fd: configuration.input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: waiting == nil ? -1 : configuration.output, events: Int16(POLLOUT), revents: 0),
    ]
    let count = poll(&descriptors, nfds_t(descriptors.count), pollTimeout)
    guard count > 0 else { return }
    if descriptors[1].revents != 0 && waker.take() { takeSignalsAndWake() }
    guard ending == nil, descriptors[0].revents != 0 else { return }
    let (keys, hasEnded) = screen.readKeys()
    if !keys.isEmpty { lastKey = clock.now }
    events += keys.map(TerminalEvent.key)
    if hasEnded { ending = .disconnected }
  }

  private var pollTimeout: Int32 {
    let due: ContinuousClock.Instant?
    if isWoken {
      due = nextFrame
    } else {
      due = deadline.map { max($0, nextFrame) }
    }
    guard let due else { return -1 }
    let left = due - clock.now
    guard left > .zero else { return 0 }
    let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
    return Int32(clamping: milliseconds)
  }

  private func isWritable() -> Bool {
    var state = pollfd(fd: configuration.output, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) > 0
  }

  private mutating func paintWaiting() {
    guard let frame = waiting else { return }
    waiting = nil
    screen.paint(frame)
  }

  private mutating func takeSignalsAndWake() {
    guard configuration.guardsProcess else {
      isWoken = true
      return
    }
    let signals = ct_signals_take()
    func contains(_ number: Int32) -> Bool { signals & (1 << UInt64(number)) != 0 }
    // Signals and other threads use the same descriptor; a call of the program too many does no harm.
    isWoken = true
    for number in [SIGHUP, SIGTERM, SIGINT, SIGQUIT] where contains(number) {
      ending = .signal(number)
      return
    }
    if contains(SIGTSTP) {
      suspend()
    } else if contains(SIGCONT) {
      screen.enter()
      comeBack()
    }
    if contains(SIGWINCH) { adoptSize() }
  }

  private mutating func adoptSize() {
    guard let size = screen.adoptSize() else { return }
    events.append(.resized(width: size.width, height: size.height))
  }

  private mutating func perform(_ action: TerminalAction) {
    switch action {
    case .none: break
    case .redraw:
      screen.forget()
      waiting = current
    case .useTheme(let theme):
      screen.use(theme)
      waiting = current
    case .suspend: suspend()
    case .run(let child):
      screen.leave()
      let outcome = child.run(on: configuration)
      screen.enter()
      comeBack()
      events.append(.childEnded(outcome))
    case .copy(let text): _ = screen.copy(text)
    case .end: ending = .finished
    }
  }

  private mutating func suspend() {
    screen.leave()
    ct_stop_process_group()
    screen.enter()
    comeBack()
  }

  /// The screen is ours again: others may have changed its size, and have certainly changed its content.
  private mutating func comeBack() {
    let signals = configuration.guardsProcess ? ct_signals_take() & ~(1 << UInt64(SIGCONT)) : 0
    for number in [SIGHUP, SIGTERM] where signals & (1 << UInt64(number)) != 0 { ending = .signal(number) }
    waiting = current
    events.append(.resumed)
    adoptSize()
  }
}
