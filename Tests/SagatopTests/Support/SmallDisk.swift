import Glibc

/// A disk that is soon full: a small file system in memory. Only a superuser can make one.
final class SmallDisk: Sendable {
  let path: String

  static let isPossible: Bool = {
    guard geteuid() == 0 else { return false }
    do {
      _ = try SmallDisk(kilobytes: 64)
      return true
    } catch {
      return false
    }
  }()

  init(kilobytes: Int) throws {
    var template = Array("/tmp/sagatop-disk-\(String(repeating: "X", count: 6))".utf8CString)
    guard mkdtemp(&template) != nil else { throw RunningCommand.Failure(description: "no folder: \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard mount("none", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
      rmdir(path)
      throw RunningCommand.Failure(description: "no mount: \(errno)")
    }
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  /// Takes all the room that is left.
  func fill() {
    let descriptor = open(path + "/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    let block = [UInt8](repeating: 0, count: 4096)
    while write(descriptor, block, block.count) > 0 {}
    close(descriptor)
  }

  func makeRoom() { unlink(path + "/ballast") }
}
