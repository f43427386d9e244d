import Glibc

/// A command and everything that it started, as far as it did not leave the group by itself.
struct ProcessGroup: Sendable, Hashable {
  /// The number of the group; it is that of the process that leads it.
  let id: pid_t

  /// How long a group may take to vanish after SIGKILL. Only a process that the kernel holds takes any time at all.
  private static let killPatience = Duration.seconds(2)
  private static let shortestPause = Duration.milliseconds(2)
  private static let longestPause = Duration.milliseconds(100)

  /// Names a group. Nil for numbers to which a signal would reach this process, or everybody.
  init?(id: pid_t) {
    guard id > 1, id != getpgrp() else { return nil }
    self.id = id
  }

  /// The processes of the group that still run. O(processes of the machine).
  func livingMembers() -> [ProcessStat] {
    // Without this the common case, nobody there at all, would read all of /proc.
    guard Glibc.kill(-id, 0) == 0 || errno == EPERM else { return [] }
    return ProcessStat.all().filter { $0.group == id && $0.isAlive }
  }

  /// Sends a signal to all processes of the group.
  func send(_ signal: CInt) { _ = Glibc.kill(-id, signal) }

  /// Ends the group: SIGTERM, and SIGKILL to what is left after a grace. False when something outlived even that.
  ///
  /// It goes through with it when its task is cancelled.
  @discardableResult
  func end(grace: Duration) async -> Bool {
    if livingMembers().isEmpty { return true }
    return await Task {
      send(SIGTERM)
      // A stopped process gets its signals only when it goes on.
      send(SIGCONT)
      if await isGone(within: grace) { return true }
      send(SIGKILL)
      return await isGone(within: Self.killPatience)
    }.value
  }

  /// Ends the group at once by SIGKILL. False when something outlived even that.
  @discardableResult
  func kill() async -> Bool {
    if livingMembers().isEmpty { return true }
    return await Task {
      send(SIGKILL)
      return await isGone(within: Self.killPatience)
    }.value
  }

  private func isGone(within patience: Duration) async -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + patience
    var pause = Self.shortestPause
    while !livingMembers().isEmpty {
      guard clock.now < deadline else { return false }
      // The task around this is never cancelled, so the sleep cannot throw.
      try? await clock.sleep(until: min(clock.now + pause, deadline), tolerance: nil)
      pause = min(pause * 2, Self.longestPause)
    }
    return true
  }
}
