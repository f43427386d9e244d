import EngineCore
import EngineRuntime
import Glibc
import Synchronization

/// Keeps ended instances in a folder, one JSON object a line: `PROCESS@VERSION/NUMBER.jsonl`, where the number is that
/// of the instance without its last three digits.
///
/// The place of an instance follows from its identifier, and before a line is appended the file is asked whether it has
/// it: so what an engine hands over twice because it was killed in between stands there once. An instance that was
/// undone after it had been exported is appended again: its last line counts. A line that a crash cut short is taken
/// away. Use a folder for one store only: an instance that another store exported under the same number is refused.
public final class FileArchive: InstanceArchive {
  /// How many instances, by their numbers, share a file.
  public static let instancesPerFile: Int64 = 1_000
  /// How many files are remembered between two batches.
  private static let remembered = 16

  private let folder: String
  /// What the files hold that were written last.
  private let known = Mutex<[String: [InstanceID: Entry]]>([:])

  /// The last line of an instance.
  private struct Entry {
    let startedAt: String
    let sequence: Int64
  }

  /// Makes an archive; its folder is made when there is something to keep, or by `prepare`.
  public init(folder: String) { self.folder = folder }

  /// Makes the folder, so that whoever named a wrong one is told before anything is exported.
  public func prepare() throws(ArchiveFailure) {
    do throws(FileFailure) {
      try Folder.make(folder)
      guard access(folder, W_OK) == 0 else { throw FileFailure(folder) }
    } catch {
      throw ArchiveFailure("instances cannot be exported to \(error.path): \(error.message)")
    }
  }

  /// Appends a batch and waits for the disk.
  public func keep(_ instances: [ArchivedInstance]) async throws(ArchiveFailure) {
    let failure = known.withLock { known -> ArchiveFailure? in
      do throws(FileFailure) {
        try append(instances, &known)
        return nil
      } catch {
        known = [:]
        return ArchiveFailure("instances cannot be exported to \(error.path): \(error.message)")
      }
    }
    if let failure { throw failure }
  }

  private func append(
    _ instances: [ArchivedInstance], _ known: inout [String: [InstanceID: Entry]]
  ) throws(FileFailure) {
    try Folder.make(folder)
    var batches: [String: [ArchivedInstance]] = [:]
    for instance in instances { batches[path(of: instance), default: []].append(instance) }
    for (path, batch) in batches.sorted(by: { $0.key < $1.key }) {
      let subfolder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
      try Folder.make(subfolder)
      let file = try AppendedFile(path: path)
      var contents: [InstanceID: Entry]
      if let remembered = known[path] { contents = remembered } else { contents = try Self.read(file) }
      var lines: [UInt8] = []
      for instance in batch {
        let entry = Entry(startedAt: instance.startedAt.iso8601, sequence: instance.sequence)
        if let before = contents[instance.id] {
          guard before.startedAt == entry.startedAt else {
            throw FileFailure(
              path, "it holds an instance \(instance.id) of another store: use a folder for one store only")
          }
          if before.sequence >= entry.sequence { continue }
        }
        lines.append(contentsOf: instance.json.utf8)
        lines.append(0x0A)
        contents[instance.id] = entry
      }
      try file.append(lines)
      try file.synchronise()
      if known.count >= Self.remembered { known = [:] }
      known[path] = contents
    }
  }

  private func path(of instance: ArchivedInstance) -> String {
    "\(folder)/\(instance.process)@\(instance.version)/\(instance.id.rawValue / Self.instancesPerFile).jsonl"
  }

  /// Which instances a file holds; takes a line away that was cut short.
  private static func read(_ file: AppendedFile) throws(FileFailure) -> [InstanceID: Entry] {
    let bytes = try file.contents()
    let end = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    if end < bytes.count { try file.truncate(to: end) }
    var contents: [InstanceID: Entry] = [:]
    for line in bytes[..<end].split(separator: 0x0A) {
      guard let value = try? Value(json: String(decoding: line, as: UTF8.self)),
        let id = value["instance"]?.intValue, let startedAt = value["startedAt"]?.stringValue,
        let sequence = value["sequence"]?.intValue
      else { throw FileFailure(file.path, "it holds a line that is no exported instance") }
      contents[InstanceID(Int64(id))] = Entry(startedAt: startedAt, sequence: Int64(sequence))
    }
    return contents
  }
}
