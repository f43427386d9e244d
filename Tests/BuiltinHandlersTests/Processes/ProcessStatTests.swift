import Glibc
import Testing

@testable import BuiltinHandlers

@Suite("What the system tells of processes")
struct ProcessStatTests {
  @Test("a name may hold blanks and parentheses")
  func awkwardName() throws {
    let fields = (4...25).map(String.init).joined(separator: " ")
    let stat = try #require(ProcessStat(line: "812 (a) b (c) S \(fields)"))
    #expect(stat.process == 812)
    #expect(stat.state == "S")
    #expect(stat.group == 5)
    #expect(stat.startedAt == 22)
    #expect(stat.isAlive)
  }

  @Test("a line that is none is no process", arguments: ["", "812", "812 (a", "812 (a) S 1 2", ")("])
  func garbage(line: String) {
    #expect(ProcessStat(line: line) == nil)
  }

  @Test("this process is found, and none with an impossible number")
  func lookup() {
    #expect(ProcessStat(of: getpid())?.group == getpgrp())
    #expect(ProcessStat(of: .max) == nil)
    #expect(ProcessStat.all().contains { $0.process == getpid() })
  }

  @Test("no group is made of numbers that would reach this process or everybody")
  func dangerousGroups() {
    #expect(ProcessGroup(id: -1) == nil)
    #expect(ProcessGroup(id: 0) == nil)
    #expect(ProcessGroup(id: 1) == nil)
    #expect(ProcessGroup(id: getpgrp()) == nil)
  }
}
