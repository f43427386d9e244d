import Glibc

/// The notes that an engine keeps beside its store: one for each command that it runs, named after the process group
/// and the moment of its start.
struct ProcessNotes {
  let folder: String

  /// Kills the groups whose leaders live.
  func killAll() {
    for group in groups { kill(-group, SIGKILL) }
  }

  /// The groups whose leaders live.
  var groups: [pid_t] {
    Workplace.names(in: folder).compactMap { name in
      guard name.hasSuffix(".running") else { return nil }
      let parts = name.dropLast(".running".count).split(separator: "-")
      guard parts.count == 2, let group = pid_t(parts[0]), group > 1 else { return nil }
      return Self.start(of: group) == String(parts[1]) ? group : nil
    }
  }

  /// Whether a process runs that is no zombie.
  static func isAlive(_ process: pid_t) -> Bool { start(of: process) != nil }

  /// When a living process started, in the words of the system; numbers of processes are given out again.
  private static func start(of process: pid_t) -> String? {
    let line = Workplace.text(of: "/proc/\(process)/stat")
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }
}
