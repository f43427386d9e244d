import ConsoleCore
import ConsoleTerminal
import ConsoleView
import EngineCore
import EngineRuntime
import Glibc
import SQLiteAdapter

/// A console on a store, from opening it to giving the terminal back.
struct ConsoleHost {
  /// What this process may be to the store.
  enum Mode {
    /// The engine if nobody else is and the store belongs here; else a guest.
    case byItself
    case attached
    case readOnly
    case engine
  }

  let path: String
  let mode: Mode
  let theme: Theme
  let isProduction: Bool
  private let panes = PaneCache()
  private let news: StoreNews

  /// - Parameter news: what the engine on which the console will be shown tells; only for one that runs already.
  init(path: String, mode: Mode, theme: Theme, isProduction: Bool, news: StoreNews = StoreNews()) {
    self.news = news
    self.path = path
    self.mode = mode
    self.theme = theme
    self.isProduction = isProduction
  }

  func show() async throws {
    guard TerminalConfiguration.ofThisProcess().isInteractive else { return try printOnce() }
    try await show(try await open())
  }

  /// Shows a store whose engine already runs in this process, and stops that engine afterwards.
  func show(on engine: RunningEngine) async throws {
    try await show(Opened(reader: try SQLiteReader(path: path), engine: engine, performer: engine))
  }

  private func show(_ opened: Opened) async throws {
    do {
      try await showScreen(opened, TerminalConfiguration.ofThisProcess())
    } catch {
      await opened.engine?.stop()
      throw error
    }
    await opened.engine?.stop()
    // It is told where it can still be read when the screen has gone.
    if let loss = news.loss { throw CommandFailure(loss) }
  }

  /// The store, opened as the mode and the store itself allow.
  private struct Opened {
    var reader: SQLiteReader
    var engine: RunningEngine?
    var performer: (any CommandPerformer)?
    var access = Access.full
    var remark: SafeText?
  }

  private func open() async throws -> Opened {
    do {
      switch mode {
      case .readOnly:
        return try readOnly(because: "the store was opened with --read-only")
      case .attached:
        return try guest(SQLiteReader(path: path))
      case .byItself, .engine:
        return try await own()
      }
    } catch let failure as StoreFailure {
      throw CommandFailure(failure)
    }
  }

  private func readOnly(because reason: SafeText) throws -> Opened {
    Opened(reader: try SQLiteReader(path: path), access: .readOnly(reason: reason))
  }

  private func guest(_ reader: SQLiteReader, remark: SafeText? = nil) throws -> Opened {
    Opened(reader: reader, performer: try MomentaryEngine(path: path, reader: reader), remark: remark)
  }

  private func own() async throws -> Opened {
    do {
      _ = try SQLiteStore(path: path)
    } catch {
      guard error.kind == .readOnly, mode == .byItself else { throw error }
      return try readOnly(because: "the file may not be written by this user")
    }
    let reader = try SQLiteReader(path: path)
    let status = try reader.leaseStatus()
    if status.isAlive, mode == .byItself { return try guest(reader) }
    guard mode == .engine || status.isAtHome(on: Identity.host, path: AbsolutePath.of(path)) else {
      let home = SafeText(untrusted: "\(status.host):\(status.path)")
      return try guest(
        reader, remark: "the last engine of this store was " + home + "; --engine takes over")
    }
    do {
      let engine = try await RunningEngine.start(
        path: path, configuration: EngineConfiguration(), takesOver: mode == .engine, observer: news)
      news.look(after: engine)
      return Opened(reader: reader, engine: engine, performer: engine)
    } catch let failure as StoreFailure {
      guard failure.kind == .leaseHeld, mode == .byItself else { throw failure }
      return try guest(reader)
    }
  }

  private func model(_ opened: Opened) -> ConsoleModel {
    ConsoleModel(
      store: StoreIdentity(path: path, isProduction: isProduction), access: opened.access,
      role: opened.engine == nil ? .attached : .engine, now: SystemClock.now,
      surroundings: Surroundings(
        offsetSeconds: { LocalTime.offsetSeconds(at: $0) },
        readFilter: { text in
          do throws(FilterError) {
            return .success(try InstanceFilter.parse(text))
          } catch {
            return .failure(FilterRefusal(error.description))
          }
        },
        outline: { [panes] pane, input, state, width in panes.content(pane, input, state, width).outline }),
      remark: opened.remark)
  }

  private func showScreen(_ opened: Opened, _ terminal: TerminalConfiguration) async throws {
    let waker: TerminalWaker
    do {
      waker = try TerminalWaker()
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
    let session = TerminalSession(terminal, theme: theme, waker: waker)
    let start = ConsoleStart(
      model: model(opened), store: ConsoleStore(reader: opened.reader, performer: opened.performer), panes: panes,
      news: news)
    let ending: TerminalEnding
    do {
      ending = try await session.runOnOwnThread(start.handler(waker))
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
    if case .signal(let number) = ending { throw SignalEnding(number: number) }
  }

  /// Without a terminal: the list of instances, once, as a plain table. Nothing is run and nothing is changed.
  private func printOnce() throws {
    do {
      let reader = try SQLiteReader(path: path)
      var model = model(Opened(reader: reader))
      let store = ConsoleStore(reader: reader, performer: nil)
      var effects = update(&model, .resized(width: 120, height: Self.plainRows))
      while !effects.isEmpty {
        guard case .load(let request) = effects.removeFirst() else { continue }
        effects += update(&model, .loaded(request.generation, try store.load(request.content)))
      }
      let isUTF8 = TerminalConfiguration.ofThisProcess().isUTF8
      let frame = ConsoleScreen.render(model) { [panes] in panes.content($0, $1, $2, $3) }
      // The last row tells keys, which a table does not have.
      var lines = frame.text(isUTF8: isUTF8).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      while lines.last?.allSatisfy({ $0 == " " }) ?? false { lines.removeLast() }
      for line in lines { StandardOutput.line(String(line)) }
    } catch {
      throw CommandFailure(error)
    }
  }

  /// How many rows a plain table has at most.
  private static let plainRows = 60
}

/// What a session's thread starts from.
struct ConsoleStart: Sendable {
  let model: ConsoleModel
  let store: ConsoleStore
  let panes: PaneCache
  let news: StoreNews

  /// The handler with everything it owns, made on the thread that will call it.
  func handler(_ waker: TerminalWaker) -> sending TerminalSession.Handler {
    let driver = ConsoleDriver(model: model, store: store, panes: panes, waker: waker)
    let watch = driver.watchStore(news)
    return { events in
      let response = driver.handle(events)
      if case .end = response.action { watch.cancel() }
      return response
    }
  }
}

/// The machine's time zone, through the C library: Foundation's tables would cost a console megabytes.
enum LocalTime {
  static func offsetSeconds(at instant: Timestamp) -> Int {
    var seconds = time_t(instant.microseconds / 1_000_000)
    var fields = tm()
    return localtime_r(&seconds, &fields) == nil ? 0 : fields.tm_gmtoff
  }
}
