import ArgumentParser
import EngineCore
import EngineRuntime
import Glibc
import Logging

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Be the engine of a store, without a screen.",
    discussion: """
      Ends in good order on SIGTERM and SIGINT: running handlers get 10 seconds. Ends with an error when the store's file, \
      or one of those beside it (-wal, -lock), was removed, moved or replaced. A store that cannot be written is tried \
      again and again, and the log says so at most once a minute; a log that cannot be written does not end it.
      """)

  @Argument(help: "The store.")
  var words: [String] = []

  @OptionGroup
  var options: EngineOptions

  @Flag(help: "Become the engine of a store whose last engine ran elsewhere.")
  var engine = false

  func run() async throws {
    let arguments = try StoreArguments(words)
    guard arguments.words.isEmpty else {
      throw CommandFailure(.usage, "\(arguments.words[0]) is one word too many: name one store")
    }
    let configuration = try options.configuration()
    let logger = Log.logger("engine")
    // Watched from here on: a supervisor may ask for the end before the beginning is over.
    let (endings, ending) = AsyncStream.makeStream(of: Ending.self)
    let signals = Signals(SIGTERM, SIGINT, SIGHUP) { ending.yield(.signal($0)) }
    defer { withExtendedLifetime(signals) {} }
    StandardOutput.outliveReaders()
    let running = try await RunningEngine.start(
      path: arguments.store, configuration: configuration, takesOver: engine,
      observer: LogObserver(logger: logger) { ending.yield(.storeIsGone($0)) },
      waits: { logger.notice("waiting for another process to let go of the store") })
    let epoch = await running.epoch
    logger.info("serving", metadata: ["store": "\(arguments.store)", "epoch": "\(epoch)"])
    for await cause in endings {
      if case .signal(let signal) = cause { logger.info("stopping", metadata: ["signal": "\(signal)"]) }
      await running.stop()
      logger.info("stopped")
      if case .storeIsGone(let failure) = cause { throw failure }
      return
    }
  }

  /// Why an engine without a screen stops.
  private enum Ending {
    case signal(Int32)
    /// What stands under the store's name now, if anything, is for another process to open.
    case storeIsGone(StoreFailure)
  }
}

/// Tells the log what an engine tells the process around it.
struct LogObserver: EngineObserver {
  let logger: Logger
  /// Called when the file of the store was removed, moved or replaced.
  let storeIsGone: @Sendable (StoreFailure) -> Void
  private let trouble: StoreTrouble

  /// - Parameter clock: what tells how long ago something was said.
  init(
    logger: Logger, clock: any EngineClock = SystemClock(), storeIsGone: @escaping @Sendable (StoreFailure) -> Void
  ) {
    self.logger = logger
    self.storeIsGone = storeIsGone
    trouble = StoreTrouble(clock: clock)
  }

  func committed(_ units: [UnitOfWork]) {}

  func noticed(_ notice: EngineNotice) {
    switch notice {
    case .storeFailed(let failure):
      if let sentence = trouble.sentence(about: failure) { logger.error("\(sentence)") }
      if failure.kind == .gone { storeIsGone(failure) }
    case .storeRecovered: if trouble.isOver() { logger.notice("the store takes writes again") }
    case .leaseLost(let epoch): logger.error("this process is no longer the engine: epoch \(epoch) is over")
    case .leaseTaken(let epoch): logger.info("this process is the engine: epoch \(epoch)")
    case .versionConflict(let id): logger.warning("instance \(id) had moved: it is read anew")
    case .ignored(let id, let rejection): logger.info("instance \(id): a late report: \(rejection.message)")
    case .startFailed(let id, let rejection): logger.error("definition \(id): \(rejection.message)")
    case .sinkFailed(let failure, let failures): logger.error("\(failure)", metadata: ["failures": "\(failures)"])
    case .sinkRecovered: logger.notice("events are published again")
    case .archiveFailed(let failure, let failures): logger.error("\(failure)", metadata: ["failures": "\(failures)"])
    case .archiveRecovered: logger.notice("instances are exported again")
    case .corrupted(let id, let reason):
      logger.critical(
        """
        instance \(id) is corrupted and moves no more: \(reason). Keep a copy of the store, look at it with sagatop show \
        and sagatop verify, and end it with sagatop cancel or sagatop terminate
        """)
    case .unreadable(let failure): logger.critical("left as it is: \(failure.message)")
    }
  }
}
