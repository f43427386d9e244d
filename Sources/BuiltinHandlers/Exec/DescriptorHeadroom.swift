import Glibc

/// Keeps commands from using up the file descriptors of this process.
///
/// swift-subprocess ends the whole process when a pipe cannot be made halfway through starting a command, so it must
/// not come to that.
enum DescriptorHeadroom {
  /// What one command takes at most: three pipes, its process descriptor and our copy of it, its folder.
  private static let perCommand = 9
  /// What must be free before a command is started.
  private static let needed = 32

  /// How many commands fit into half of what the system allows; the store and everything else live on the other half.
  static func commandsThatFit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1 }
    return max(1, Int(clamping: limit.rlim_cur) / 2 / perCommand)
  }

  /// Whether there is room for a command right now.
  static func isThere() -> Bool {
    var taken: [CInt] = []
    defer { for descriptor in taken { close(descriptor) } }
    for _ in 0..<needed {
      let descriptor = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if descriptor < 0 { return false }
      taken.append(descriptor)
    }
    return true
  }
}
