import ConsoleTestKit
import EngineCore
import Glibc
import Synchronization
import Testing

/// A folder of its own for a test, with a store and definitions in it. What was started in it ends with the test,
/// however that ends, and the folder is removed.
final class Workplace: Sendable {
  let path: String
  private let started = Mutex<[RunningCommand]>([])
  var store: String { path + "/store.db" }

  init() throws {
    var template = Array("/tmp/sagatop-e2e-\(String(repeating: "X", count: 6))".utf8CString)
    guard mkdtemp(&template) != nil else { throw RunningCommand.Failure(description: "no folder for tests: \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    // A test that failed has stopped nothing. A killed engine leaves the commands of its steps behind.
    for command in started.withLock({ $0 }) { command.destroy() }
    for name in names where name.hasSuffix("-running") { ProcessNotes(folder: "\(path)/\(name)").killAll() }
    Self.remove(path)
  }

  /// Starts sagatop beside the test.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningCommand {
    let command = try RunningCommand([TestProducts.path("sagatop")] + arguments, environment: environment)
    started.withLock { $0.append(command) }
    return command
  }

  /// Puts a file into the folder through a shell, so that this process never has it open for writing: a program that
  /// another test is just starting would hold it open too, and running it would fail with "text file busy".
  @discardableResult
  func write(_ name: String, _ text: String) -> String {
    let file = "\(path)/\(name)"
    guard let shell = popen("cat > '\(file)' && chmod 755 '\(file)'", "we") else { fatalError("no shell") }
    fputs(text, shell)
    precondition(pclose(shell) == 0, "\(file) could not be written")
    return file
  }

  /// The text of a file; empty when there is none.
  func read(_ name: String) -> String { Self.text(of: "\(path)/\(name)") }

  static func text(of path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var text: [UInt8] = []
    while case let byte = fgetc(file), byte >= 0 { text.append(UInt8(byte)) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Names of what is in the folder.
  var names: [String] { Self.names(in: path) }

  static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Runs a command on the store: its verb, the store, then the other words.
  func sagatop(_ verb: String, _ words: String...) async throws -> CommandRun {
    try await CommandRun.sagatop([verb, store] + words)
  }

  /// Runs a command that must succeed.
  @discardableResult
  func must(_ verb: String, _ words: String..., at location: SourceLocation = #_sourceLocation) async throws
    -> CommandRun
  {
    let run = try await CommandRun.sagatop([verb, store] + words)
    try #require(run.code == 0, "\(run)", sourceLocation: location)
    return run
  }

  /// Starts the engine and waits until it works.
  func serve() async throws -> RunningCommand {
    let engine = try start(["serve", store])
    try await engine.wait(for: "serving")
    return engine
  }

  /// Ends an engine in good order.
  func stop(_ engine: RunningCommand, at location: SourceLocation = #_sourceLocation) async throws {
    engine.signal(SIGTERM)
    #expect(try await engine.end() == 0, "\(engine.errors)", sourceLocation: location)
  }

  /// Waits until what a command shows is as it should be; each look is a run of the executable.
  @discardableResult
  func wait(
    until what: String, within patience: Duration = .seconds(60), _ verb: String, _ words: String...,
    isSo: ([Value]) -> Bool
  ) async throws -> [Value] {
    let deadline = ContinuousClock.now + patience
    while true {
      let run = try await CommandRun.sagatop([verb, store] + words + ["--json"])
      let values = try run.json()
      if isSo(values) { return values }
      guard ContinuousClock.now < deadline else {
        throw RunningCommand.Failure(description: "\(what) did not come true; the last look was\n\(run)")
      }
    }
  }

  /// Waits until something is so that no command shows.
  static func wait(until what: String, within patience: Duration = .seconds(60), isSo: () -> Bool) async throws {
    let deadline = ContinuousClock.now + patience
    while !isSo() {
      guard ContinuousClock.now < deadline else {
        throw RunningCommand.Failure(description: "\(what) did not come true")
      }
      await Task.yield()
    }
  }

  /// The state of an instance, as `show` says it.
  func state(of instance: Int = 1) async throws -> String? {
    try await must("show", "\(instance)", "--json").onlyJSON()["state"]?.stringValue
  }

  private static func remove(_ path: String) {
    guard let stream = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { remove("\(path)/\(name)") }
    }
    closedir(stream)
    rmdir(path)
  }
}
