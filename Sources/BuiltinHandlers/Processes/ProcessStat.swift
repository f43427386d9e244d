import Glibc

/// What the system tells of a process in one line of `/proc`.
struct ProcessStat: Sendable, Hashable {
  /// Its number.
  let process: pid_t
  /// The letter of its state.
  let state: Character
  /// The process group that it belongs to.
  let group: pid_t
  /// When it started, in clock ticks since the system started; with the number it names a process for good.
  let startedAt: UInt64

  /// Whether it still runs; a zombie only waits for its parent.
  var isAlive: Bool { state != "Z" && state != "X" }

  /// Looks a process up; nil when there is none.
  init?(of process: pid_t) {
    guard let bytes = SmallFile.read("/proc/\(process)/stat") else { return nil }
    self.init(line: String(decoding: bytes, as: UTF8.self))
  }

  /// Reads a line such as `812 (some name) S 1 812 812 …`. The name may hold blanks and parentheses.
  init?(line: String) {
    guard let opening = line.firstIndex(of: "("), let closing = line.lastIndex(of: ")"), opening < closing else {
      return nil
    }
    // Fields are counted from the state, which proc(5) calls the third.
    let fields = line[line.index(after: closing)...].split(separator: " ")
    guard fields.count > 19, let process = pid_t(line[..<opening].filter { $0 != " " }), let state = fields[0].first,
      let group = pid_t(fields[2]), let startedAt = UInt64(fields[19])
    else { return nil }
    self.process = process
    self.state = state
    self.group = group
    self.startedAt = startedAt
  }

  /// All processes that can be seen. O(processes of the machine), some ten microseconds each.
  static func all() -> [ProcessStat] {
    SmallFile.names(in: "/proc").compactMap { name in pid_t(name).flatMap { ProcessStat(of: $0) } }
  }
}
