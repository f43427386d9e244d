import ConsoleTestKit
import Glibc
import Testing

/// The real thing: a program on a pseudo terminal that is ended in every way there is.
@Suite("Restoring the terminal", .serialized)
struct RestoringTests {
  private let cooked = PtyProcess.LineSettings.cooked

  private func start(_ environment: [String: String] = [:]) throws -> PtyProcess {
    let probe = try PtyProcess(TestProducts.path("TerminalProbe"), environment: environment, width: 60, height: 12)
    try probe.wait(for: "ready")
    // The terminal of 1978 has one screen only.
    #expect(probe.screen.isAlternate || environment["TERM"] == "vt100")
    #expect(probe.lineSettings != cooked)
    return probe
  }

  private func expectRestored(_ probe: PtyProcess) {
    #expect(!probe.screen.isAlternate)
    #expect(probe.screen.showsCursor)
    #expect(probe.lineSettings == cooked)
    let lastOn = probe.output.ranges(of: Array("\u{1B}[?2004h".utf8)).last?.lowerBound ?? 0
    let lastOff = probe.output.ranges(of: Array("\u{1B}[?2004l".utf8)).last?.lowerBound ?? -1
    #expect(lastOff > lastOn)
  }

  @Test("after quitting", arguments: ["q", "\u{03}"])
  func quitting(key: String) throws {
    let probe = try start()
    probe.send(key)
    #expect(try probe.waitForExit() == .code(0))
    expectRestored(probe)
  }

  @Test("after a signal, with the exit code that shells expect", arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func signals(number: Int32) throws {
    let probe = try start()
    probe.signal(number)
    #expect(try probe.waitForExit() == .code(128 + number))
    expectRestored(probe)
  }

  /// What Swift ends itself with.
  #if arch(arm64)
    private static let trap = SIGTRAP
  #else
    private static let trap = SIGILL
  #endif

  @Test("after a crash", arguments: [("c", SIGSEGV), ("f", trap), ("a", SIGABRT)])
  func crashes(key: String, number: Int32) throws {
    let probe = try start()
    probe.send(key)
    #expect(try probe.waitForExit() == .signal(number))
    expectRestored(probe)
  }

  @Test("after a crash that came from outside", arguments: [SIGSEGV, SIGBUS, SIGFPE, SIGTRAP])
  func sentCrashes(number: Int32) throws {
    let probe = try start()
    probe.signal(number)
    #expect(try probe.waitForExit() == .signal(number))
    expectRestored(probe)
  }

  @Test("what a crash has to say is readable after it")
  func lastWords() throws {
    let probe = try start()
    probe.send("f")
    try probe.waitForExit()
    #expect(String(decoding: probe.output, as: UTF8.self).contains("Fatal error: the probe fails"))
    let rows = probe.screen.text.split(separator: "\n").joined()
    #expect(rows.contains("Fatal error: the probe fails"))
  }

  @Test("what a library writes to standard error does not tear the picture and is shown afterwards")
  func standardError() throws {
    let probe = try start()
    probe.send("n")
    try probe.wait(for: "key n")
    #expect(!probe.screen.text.contains("complains"))
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
    #expect(probe.screen.text.contains("a library complains"))
  }

  @Test("stopping gives the terminal to the shell, and continuing takes it back", arguments: ["\u{1A}", "signal"])
  func stopping(way: String) throws {
    let shell = try PtyProcess("/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["PS1": "prompt> "])
    try shell.wait(for: "prompt>")
    shell.send("\(TestProducts.path("TerminalProbe"))\r")
    try shell.wait(for: "ready")
    if way == "signal" {
      // The shell's only child.
      let child = try PtyProcess(
        "/bin/sh", ["-c", "kill -TSTP $(cat /proc/\(shell.process)/task/\(shell.process)/children)"])
      try child.waitForExit()
    } else {
      shell.send(way)
    }
    try shell.wait(until: "the shell is back") { !$0.screen.isAlternate && $0.screen.text.contains("Stopped") }
    #expect(shell.screen.showsCursor)
    shell.send("echo $((6*7))\r")
    try shell.wait(for: "42")
    shell.send("fg\r")
    try shell.wait(for: "resumed")
    #expect(shell.screen.isAlternate)
    #expect(shell.screen.text.contains("ready"))
    shell.send("q")
    try shell.wait(until: "the shell is back") { !$0.screen.isAlternate }
    shell.send("exit\r")
    #expect(try shell.waitForExit() == .code(0))
  }

  @Test("where no shell could continue it, Ctrl-Z stops nothing")
  func stoppingWithoutShell() throws {
    let probe = try start()
    probe.send("\u{1A}")
    try probe.wait(for: "resumed")
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
    expectRestored(probe)
  }

  @Test("after a stop that could not be seen coming the picture is painted anew")
  func hardStop() throws {
    let probe = try start()
    probe.signal(SIGSTOP)
    probe.signal(SIGCONT)
    try probe.wait(for: "resumed")
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
    expectRestored(probe)
  }

  @Test("a terminal that goes away ends the program")
  func hangUp() throws {
    // Either the signal or the end of the input is noticed first.
    let exit = try start().hangUp()
    #expect([.code(128 + SIGHUP), .code(9)].contains(exit))
  }

  @Test("a terminal that goes away ends the program even where hanging up is ignored")
  func hangUpIgnored() throws {
    let command = "trap '' HUP; exec \(TestProducts.path("TerminalProbe"))"
    let probe = try PtyProcess("/bin/sh", ["-c", command])
    try probe.wait(for: "ready")
    #expect(try probe.hangUp() == .code(9))
  }

  @Test("an editor gets the terminal as it was, and the picture is whole afterwards")
  func child() throws {
    let probe = try start()
    probe.send("e")
    try probe.wait(for: "child-runs")
    #expect(!probe.screen.isAlternate)
    #expect(probe.lineSettings == cooked)
    probe.send("done\r")
    try probe.wait(for: "child exited(code: 0)")
    #expect(probe.screen.isAlternate)
    #expect(probe.screen.text.contains("ready"))
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
    expectRestored(probe)
  }

  @Test("a pager reads what it is given, and keys still come from the terminal")
  func pager() throws {
    let probe = try start()
    probe.send("p")
    try probe.wait(for: "child exited(code: 0)")
    #expect(probe.output.contains(Array("through the pager".utf8)))
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
    expectRestored(probe)
  }

  @Test("a resized terminal gets a new picture")
  func resizing() throws {
    let probe = try start()
    probe.resize(width: 40, height: 8)
    try probe.wait(until: "the picture has 40 columns and 8 rows") {
      $0.screen.text.contains("size 40x8") && $0.screen.row(0).hasSuffix("┐") && $0.screen.row(7).hasPrefix("└")
    }
    probe.resize(width: 100, height: 30)
    try probe.wait(until: "the picture has 30 rows") {
      $0.screen.text.contains("size 100x30") && $0.screen.row(29).hasPrefix("└")
    }
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
  }

  @Test("an unknown TERM is a message and the exit code 1")
  func unknownType() throws {
    let probe = try PtyProcess(TestProducts.path("TerminalProbe"), environment: ["TERM": "no-such-terminal"])
    #expect(try probe.waitForExit() == .code(1))
    #expect(probe.screen.text.contains("no-such-terminal"))
    #expect(probe.lineSettings == cooked)
  }

  @Test("a terminal without UTF-8 is drawn in ASCII", arguments: ["C", "POSIX"])
  func locale(name: String) throws {
    let probe = try start(["LANG": name, "TERM": "vt100"])
    #expect(probe.screen.row(0).hasPrefix("+- probe --"))
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
  }

  @Test("a UTF-8 locale that is not installed here still means UTF-8")
  func foreignLocale() throws {
    let probe = try start(["LANG": "de_CH.UTF-8"])
    #expect(probe.screen.row(0).hasPrefix("┌─ probe"))
    probe.send("q")
    #expect(try probe.waitForExit() == .code(0))
  }
}
