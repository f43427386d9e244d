import Glibc

/// Where a store lies: a file that the user named, or a folder of our own that goes away with us.
struct StoreHome {
  let path: String
  let isTemporary: Bool

  /// A new folder that nobody else can read.
  static func temporary() throws -> StoreHome {
    let base = Identity.environment("TMPDIR") ?? "/tmp"
    var template = Array("\(base)/sagatop-\(String(repeating: "X", count: 6))".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure(.failed, "\(base): \(String(cString: strerror(errno))): set TMPDIR to a folder with room")
    }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    return StoreHome(path: folder + "/store.db", isTemporary: true)
  }

  var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

  /// Removes a temporary folder with everything in it. It loses its name first, so that whoever still works in it, an
  /// engine that is about to be killed, cannot put anything new into it.
  func remove() {
    guard isTemporary else { return }
    let nameless = folder + ".removed"
    Self.removeTree(rename(folder, nameless) == 0 ? nameless : folder)
  }

  /// Removes a folder without following links out of it.
  private static func removeTree(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name != ".", name != ".." else { continue }
        let child = path + "/" + name
        if entry.pointee.d_type == UInt8(DT_DIR) { removeTree(child) } else { unlink(child) }
      }
      closedir(folder)
    }
    rmdir(path)
  }
}
