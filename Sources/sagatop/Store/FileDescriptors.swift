import Glibc

/// The files that this process has open.
enum FileDescriptors {
  /// Fills the places of standard streams that whoever started the process has closed, or the next file that is opened,
  /// perhaps one of a store, would be written to as if it were one of them. Each is filled so that using it stays an
  /// error.
  static func fillStandardStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is the one that is given.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Raises the soft limit to the hard one: each running command needs a handful of pipes.
  static func raiseLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
