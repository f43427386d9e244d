import Glibc

/// How a child of this process ended.
enum ChildStatus: Sendable, Hashable {
  /// By itself, with an exit code.
  case exited(Int32)
  /// By a signal.
  case killed(signal: Int32)

  /// Looks without reaping, so that the number of the process stays taken; nil while the child lives.
  init?(of child: pid_t) {
    var information = siginfo_t()
    while waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT) != 0 {
      guard errno == EINTR else { return nil }
    }
    guard information._sifields._sigchld.si_pid == child else { return nil }
    let status = information._sifields._sigchld.si_status
    self = information.si_code == Int32(CLD_EXITED) ? .exited(status) : .killed(signal: status)
  }
}
