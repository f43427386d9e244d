import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// The real console in a real terminal, on real stores.
@Suite("The console in a terminal", .serialized)
struct TerminalTests {
  private func console(
    _ place: Workplace, _ options: [String] = [], environment: [String: String] = [:], width: Int = 80,
    height: Int = 24
  ) throws -> PtyProcess {
    try PtyProcess(
      TestProducts.path("sagatop"), options + [place.store], environment: environment, width: width, height: height)
  }

  /// A store with one instance that has failed, and no engine.
  private func failedStore() async throws -> Workplace {
    let place = try Workplace()
    place.write("deliver.sh", Definitions.deliver)
    let run = try await CommandRun.sagatop(
      "run", place.write("broken.yaml", Definitions.broken), "--store", place.store, "--key", "order-7")
    try #require(run.code == 1, "\(run)")
    return place
  }

  /// - Parameter asks: whether it is the engine of instances that are alive, and so asks back.
  private func quit(_ console: PtyProcess, asks: Bool = false) throws {
    console.send("q")
    if asks {
      try console.wait(for: "the engine stops with this console")
      console.send("q")
    }
    #expect(try console.waitForExit() == .code(0))
    #expect(!console.screen.isAlternate)
    #expect(console.screen.showsCursor)
  }

  @Test("shows a failed instance and helps it with two keys and a yes", arguments: [(80, 24), (120, 40)])
  func retry(width: Int, height: Int) async throws {
    let place = try await failedStore()
    place.write("open", "")
    let console = try console(place, width: width, height: height)
    try console.wait(for: "✗deliver")
    console.send("2")
    try console.wait(for: "there is no address")
    console.send("R")
    try console.wait(for: "type yes to go on")
    console.send("yes\r")
    try console.wait(for: "nothing is stuck")
    console.send("q")
    try console.wait(for: "✓ completed")
    #expect(try await place.state() == "completed")
    try console.wait(for: "R●0")
    try quit(console)
  }

  @Test("lets variables be edited in the operator's editor, and then retries", arguments: [(80, 24), (120, 40)])
  func edit(width: Int, height: Int) async throws {
    let place = try await failedStore()
    let editor = place.write("editor.sh", "#!/bin/sh\nexec sed -i 's/{/{\"address\": \"1 Row Lane\",/' \"$1\"\n")
    let console = try console(place, environment: ["EDITOR": editor], width: width, height: height)
    try console.wait(for: "✗deliver")
    console.send("2")
    try console.wait(for: "there is no address")
    console.send("E")
    try console.wait(for: "address: \"1 Row Lane\"")
    try console.wait(for: "type yes to go on")
    console.send("yes\r")
    try console.wait(for: "deliver gets one more try")
    try console.wait(for: "type yes to go on")
    console.send("yes\r")
    try console.wait(for: "nothing is stuck")
    console.send("q")
    try console.wait(for: "✓ completed")
    try console.wait(for: "R●0")
    try quit(console)
  }

  @Test("changes nothing unless it is told yes in words")
  func cancelled() async throws {
    let place = try await failedStore()
    let console = try console(place)
    try console.wait(for: "✗deliver")
    console.send("R")
    try console.wait(for: "type yes to go on")
    console.send("\r")
    try console.wait(for: "nothing was changed")
    #expect(try await place.state() == "running")
    #expect(try await place.must("incidents", "--json").json().count == 1)
    try quit(console, asks: true)
  }

  @Test("shows what another process changes")
  func liveChange() async throws {
    let place = try Workplace()
    try await place.deployBroken()
    let engine = try await place.serve()
    let console = try console(place, ["--attach"])
    try console.wait(for: "engine pid")
    try await place.must("start", "broken", "--key", "order-8")
    let begin = ContinuousClock.now
    try console.wait(for: "order-8")
    print("a change of another process was on the screen after \(ContinuousClock.now - begin)")
    try quit(console)
    try await place.stop(engine)
  }

  @Test("says that no engine is running when it is only attached")
  func noEngine() async throws {
    let place = try await failedStore()
    let console = try console(place, ["--attach"])
    try console.wait(for: "order-7")
    try console.wait(for: "no engine")
    try quit(console)
  }

  @Test("refuses to change a store that it was told to look at only")
  func readOnly() async throws {
    let place = try await failedStore()
    let console = try console(place, ["--read-only"])
    try console.wait(for: "read-only")
    try console.wait(for: "✗deliver")
    console.send("R")
    try console.wait(for: "--read-only")
    #expect(!console.screen.text.contains("type yes to go on"))
    try quit(console)
    #expect(try await place.must("audit", "--json").json().allSatisfy { $0["verb"] != "retry" })
  }

  @Test(
    "works on poor terminals",
    arguments: [["TERM": "vt100"], ["NO_COLOR": "1"], ["LANG": "C", "LC_ALL": "C"], ["TERM": "linux"]])
  func poorTerminal(environment: [String: String]) async throws {
    let place = try await failedStore()
    let console = try console(place, environment: environment)
    try console.wait(for: "order-7")
    if environment["LC_ALL"] == "C" {
      #expect(console.output.allSatisfy { $0 < 0x80 })
    }
    if environment["NO_COLOR"] != nil {
      for y in 0..<24 {
        for x in 0..<80 { #expect(console.screen.cell(x: x, y: y).foreground == .terminalDefault) }
      }
    }
    console.send("q")
    try console.wait(for: "the engine stops with this console")
    console.send("q")
    #expect(try console.waitForExit() == .code(0))
  }

  @Test("ends as a signal asks it to, and gives the terminal back", arguments: [SIGTERM, SIGHUP])
  func signalled(number: Int32) async throws {
    let place = try await failedStore()
    let console = try console(place)
    try console.wait(for: "order-7")
    console.signal(number)
    #expect(try console.waitForExit() == .code(128 + number))
    #expect(!console.screen.isAlternate)
    #expect(console.screen.showsCursor)
  }

  @Test("prints the list once where there is no terminal", arguments: [["--read-only"], ["--attach"], []])
  func pipe(options: [String]) async throws {
    let place = try await failedStore()
    let run = try await CommandRun.sagatop(options + [place.store], folder: place.path)
    #expect(run.code == 0, "\(run)")
    #expect(run.output.contains("order-7") && run.output.contains("broken@1"), "\(run)")
    #expect(!run.output.contains("\u{1b}"), "\(run)")
  }
}
