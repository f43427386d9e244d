import EngineCore
import EngineRuntime
import Glibc

/// Who runs this process, and where.
enum Identity {
  /// The machine's name.
  static var host: String { LeaseHolder.thisHost }

  /// The person behind a command, as far as the environment tells.
  static func issuer(source: String) -> Issuer {
    Issuer(
      user: user, sudoUser: environment("SUDO_USER"),
      sshClient: environment("SSH_CONNECTION")?.split(separator: " ").first.map(String.init), host: host,
      source: source)
  }

  /// A name that no other command or engine has.
  static func randomName() -> String {
    var source = SystemRandomNumberGenerator()
    return String(source.next(), radix: 36) + String(source.next(), radix: 36)
  }

  static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  private static var user: String {
    if let entry = getpwuid(getuid()), let name = entry.pointee.pw_name { return String(cString: name) }
    return "uid \(getuid())"
  }
}
