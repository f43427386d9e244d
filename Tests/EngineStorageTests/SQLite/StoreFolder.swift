import Foundation
import Glibc

/// A folder for the files of one test; it goes away with the object.
final class StoreFolder {
  let path: String

  /// A folder that nobody else uses, in memory where there is such a place: tests of durability need no disk.
  init() throws {
    let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array((base + "/sagatop-test-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else { throw FolderError(code: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  struct FolderError: Error {
    let code: Int32
  }

  /// Where the store lies.
  var store: String { path + "/store.db" }

  /// Writes a file into the folder and says where it is.
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw FolderError(code: errno) }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw FolderError(code: errno) }
    return file
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
