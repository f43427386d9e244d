import EngineCore
import Glibc
import Synchronization

/// The zones of this machine: the compiled files of the IANA database, as the package tzdata installs them.
///
/// A file is read when a definition first names its zone and kept for as long as the process lives, so that a process
/// without such definitions reads nothing, and a zone does not change under a running engine. Foundation's `TimeZone`
/// is no alternative: on Linux it brings ICU's tables along, and it knows daylight saving time only, not every change.
public final class ZoneFolder: ZoneSource {
  private let path: String
  private let known = Mutex<[String: ZoneTable]>([:])

  /// Zones from a folder.
  public init(path: String = "/usr/share/zoneinfo") { self.path = path }

  /// The rules of a zone; nil when the folder has no such file. It is looked for again the next time.
  public func rules(of zone: String) -> (any ZoneRules)? {
    if let table = known.withLock({ $0[zone] }) { return table }
    guard Self.isName(zone), let bytes = Self.read(path + "/" + zone), let table = ZoneTable(tzif: bytes) else {
      return nil
    }
    known.withLock { $0[zone] = table }
    return table
  }

  /// Names are paths inside the folder: nothing may lead out of it.
  private static func isName(_ zone: String) -> Bool {
    let parts = zone.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = zone.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "/"):
        true
      default: false
      }
    }
    return isPlain && zone.utf8.count <= 100 && !parts.contains("")
  }

  private static let largestFile = 1 << 20

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < largestFile {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      bytes += buffer[..<count]
    }
    return nil
  }
}
