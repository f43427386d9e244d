import CSQLite
import EngineRuntime
import Glibc

/// Looks at a file before SQLite does, because SQLite's own words for what is wrong help nobody on call.
enum SQLiteFile {
  /// What a process wants to do with a store.
  enum Purpose {
    /// Read it; it must exist.
    case reading
    /// Write rows of commands; it must exist.
    case posting
    /// Be its engine; it is made if it does not exist.
    case running
  }

  static func check(_ path: String, for purpose: Purpose) throws(StoreFailure) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT, purpose == .running else { throw unreachable(path) }
      return try checkFolder(of: path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR:
      throw StoreFailure(.unreadable, path: path, "this is a folder: name the file of a store in it")
    default:
      throw StoreFailure(.unreadable, path: path, "this is no ordinary file: name the file of a store")
    }
    guard access(path, R_OK) == 0 else {
      throw StoreFailure(.unreadable, path: path, "\(reason): ask its owner for the right to read it")
    }
    if purpose != .reading, access(path, W_OK) != 0 {
      throw StoreFailure(
        .readOnly, path: path,
        "\(reason): it can be looked at, but not changed; ask its owner for the right to write it")
    }
    if purpose != .reading, status.st_nlink > 1 {
      // Locks and log lie beside the name by which a store was opened: by each name another engine could run it.
      throw StoreFailure(
        .readOnly, path: path,
        "this file has \(status.st_nlink) names (hard links), and by each of them another engine could run it: it can be "
          + "looked at, but not changed; remove the other names (find -samefile tells them), or name a copy instead")
    }
    try FileSystem.check(path)
  }

  private static func checkFolder(of path: String) throws(StoreFailure) {
    let folder = Self.folder(of: path)
    guard access(folder, X_OK) == 0 else {
      throw StoreFailure(.unreadable, path: path, "its folder \(folder): \(reason): make the folder first")
    }
    guard access(folder, W_OK) == 0 else {
      throw StoreFailure(
        .readOnly, path: path, "its folder \(folder): \(reason): choose a folder in which you may make files")
    }
    try FileSystem.check(folder)
  }

  private static func unreachable(_ path: String) -> StoreFailure {
    if errno == ENOENT {
      return StoreFailure(.unreadable, path: path, "there is no such file: sagatop deploy makes a store")
    }
    return StoreFailure(.unreadable, path: path, "\(reason): check the folders on the way to it")
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name of a file without links on the way to it; the name as it is when there is no such file.
  static func realPath(of path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

/// File systems on which locks cannot be trusted. SQLite's write-ahead log needs shared memory and locks that hold
/// between all processes; over a network two engines could write at once and damage the store.
enum FileSystem {
  static func check(_ path: String) throws(StoreFailure) {
    let magic = csqlite_file_system(path)
    if let name = magic == fuse ? networkName(fuseAt: path) : networkName(magic: magic) {
      throw StoreFailure(
        .networkFileSystem, path: path,
        "it lies on \(name), where locks cannot be trusted: put the store on a disk of this machine")
    }
  }

  private static let fuse: UInt32 = 0x6573_5546

  /// The name of a network file system by the number that `statfs` gives; nil for all others (statfs(2)).
  static func networkName(magic: UInt32) -> String? {
    switch magic {
    case 0x6969: "NFS"
    case 0x517B, 0xFF53_4D42, 0xFE53_4D42: "a Windows share (SMB)"
    case 0x5346_414F: "AFS"
    case 0x7375_7245: "Coda"
    case 0x0102_1997: "a shared folder (9p)"
    case 0x564C: "NetWare"
    default: nil
    }
  }

  /// File systems in user space all have one number; the table of mounts tells which one it is.
  private static func networkName(fuseAt path: String) -> String? {
    let real = SQLiteFile.realPath(of: path)
    guard let file = fopen("/proc/self/mountinfo", "re") else { return nil }
    defer { fclose(file) }
    var lines: [String] = []
    var buffer = [CChar](repeating: 0, count: 8192)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      lines.append(String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    return networkName(fuseAt: real, mounts: lines)
  }

  /// `mounts`: lines of `/proc/self/mountinfo`.
  static func networkName(fuseAt path: String, mounts: [String]) -> String? {
    var best = (point: "", type: "")
    for line in mounts {
      let halves = line.split(separator: " - ", maxSplits: 1)
      let fields = line.split(separator: " ")
      guard halves.count == 2, fields.count > 4, let type = halves[1].split(separator: " ").first else { continue }
      let point = String(fields[4])
      let isOnTheWay = point == "/" || path == point || path.hasPrefix(point + "/")
      if isOnTheWay, point.utf8.count >= best.point.utf8.count { best = (point, String(type)) }
    }
    let network: Set<String> = [
      "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone", "fuse.davfs", "fuse.davfs2",
      "fuse.curlftpfs", "fuse.smbnetfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.juicefs", "fuse.goofys", "fuse.blobfuse",
      "fuse.blobfuse2", "fuse.mount-s3",
    ]
    return network.contains(best.type) ? String(best.type.dropFirst("fuse.".count)) : nil
  }
}
