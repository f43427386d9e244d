import Glibc

/// Which file a name stands for. Another file under the same name is another one, as long as this one is open
/// somewhere: until then its number is not given out again.
struct FileIdentity: Equatable {
  private let device: UInt64
  private let number: UInt64

  /// The file under a name, at the end of all links; nil when there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The file that is open.
  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}
