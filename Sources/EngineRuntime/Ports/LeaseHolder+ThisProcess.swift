import Glibc

extension LeaseHolder {
  /// This process, as the engine of the store under a path. The store must exist already: its path is made absolute.
  public init(thisProcess path: String, isMomentary: Bool = false) {
    var chance = SystemRandomNumberGenerator()
    let engine = String(chance.next(), radix: 36) + String(chance.next(), radix: 36)
    self.init(
      engine: engine, host: Self.thisHost, path: Self.absolute(path), process: getpid(), isMomentary: isMomentary)
  }

  /// The machine's name.
  public static var thisHost: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count) == 0 else { return "unknown" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The path without links and dots; the path itself when there is no such file.
  private static func absolute(_ path: String) -> String {
    guard let absolute = realpath(path, nil) else { return path }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
