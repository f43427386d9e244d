import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import Glibc
import SQLiteAdapter
import Testing

/// A store, a log and the program that works on them and may die.
final class CrashPlace: Sendable {
  let folder: String
  var store: String { folder + "/store.db" }
  var log: WorkLog { WorkLog(path: folder + "/log") }
  private let orders: Int

  init(orders: Int) throws {
    self.orders = orders
    let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    folder = base + "/sagatop-crash-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// How one life of the program ended.
  struct Ending {
    let wasKilled: Bool
    let code: Int32
    let output: String
  }

  /// Lets the program live once: until it is done, until it dies at a moment, or until it is killed from outside.
  func live(until moment: Int? = nil, killedAfter pause: Duration? = nil) async throws -> Ending {
    let process = Process()
    process.executableURL = URL(filePath: Self.program)
    process.arguments = [store, log.path, "\(orders)"] + (moment.map { ["\($0)"] } ?? [])
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    let program = process.processIdentifier
    let watchdog = Task {
      try await Task.sleep(for: .seconds(120))  // nosleep: a program that hangs must not hang the tests
      kill(program, SIGABRT)
    }
    defer { watchdog.cancel() }
    if let pause {
      try? await Task.sleep(for: pause)  // nosleep: the moment of the kill
      // A process that has ended has given its number back.
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    for await _ in ends {}
    let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    return Ending(
      wasKilled: process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL,
      code: process.terminationStatus, output: text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Lets the program finish, and holds what it did against what is stored.
  func finishAndCheck(kills: Int, _ what: String) async throws {
    let ending = try await live()
    try #require(!ending.wasKilled && ending.code == 0, "\(what): it ended with \(ending.code)")
    let reader = try SQLiteReader(path: store)
    #expect(try StoreVerifier(reader).findings() == [], "\(what)")
    let ids = try reader.read { (rows) throws(StoreFailure) in
      try rows.instances(after: InstanceID(0), limit: 1_000)
    }
    #expect(ids.count == orders, "\(what): each order is started once")
    for id in ids {
      let story = try reader.read { (rows) throws(StoreFailure) in try CrashStory(of: id, rows, log.lines) }
      for sentence in story.mistakes(kills: kills) { Issue.record("\(what), instance \(id): \(sentence)") }
    }
  }

  /// How often a step was stopped because the program had died over it too often.
  var crashLoops: Int {
    get throws {
      let history = try SQLiteReader(path: store).read { (rows) throws(StoreFailure) in
        try rows.history(of: InstanceID(1), limit: .max)
      }
      return history.count { entry in
        if case .incidentRaised(_, _, .crashLoop, _, _) = entry.event { true } else { false }
      }
    }
  }

  /// The program lies beside the test bundle.
  private static var program: String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "CrashProbe").path
  }
}
