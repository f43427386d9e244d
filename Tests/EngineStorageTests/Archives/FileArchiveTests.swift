import EngineCore
import EngineRuntime
import EngineStorage
import Foundation
import Testing

@Suite("Exporting into files")
struct FileArchiveTests {
  private func instance(
    _ id: Int64, startedAt second: Int64 = 5, sequence: Int64 = 3, more: String = ""
  ) -> ArchivedInstance {
    let startedAt = Timestamp(microseconds: second * 1_000_000)
    return ArchivedInstance(
      id: InstanceID(id), process: "order", version: 2, startedAt: startedAt,
      sequence: sequence,
      json: "{\"instance\":\(id),\"sequence\":\(sequence),\"startedAt\":\"\(startedAt.iso8601)\"\(more)}")
  }

  private func text(_ folder: StoreFolder, _ file: String) throws -> String {
    try String(contentsOfFile: folder.path + "/export/order@2/" + file, encoding: .utf8)
  }

  @Test("the place of an instance follows from its number, and it stands there once")
  func once() async throws {
    let folder = try StoreFolder()
    let archive = FileArchive(folder: folder.path + "/export")
    try await archive.keep([instance(7), instance(1_007)])
    try await archive.keep([instance(7), instance(8)])
    // Another process, which remembers nothing.
    try await FileArchive(folder: folder.path + "/export").keep([instance(8), instance(9)])
    #expect(try text(folder, "0.jsonl") == [7, 8, 9].map { instance($0).json + "\n" }.joined())
    #expect(try text(folder, "1.jsonl") == instance(1_007).json + "\n")
  }

  @Test("an instance that was undone after it had been exported is appended again, and its last line counts")
  func undoneSince() async throws {
    let folder = try StoreFolder()
    for archive in [FileArchive(folder: folder.path + "/export"), FileArchive(folder: folder.path + "/export")] {
      try await archive.keep([instance(7)])
      try await archive.keep([instance(7, sequence: 9)])
    }
    #expect(try text(folder, "0.jsonl") == instance(7).json + "\n" + instance(7, sequence: 9).json + "\n")
  }

  @Test("a line that a crash cut short is written anew")
  func cutLine() async throws {
    let folder = try StoreFolder()
    try await FileArchive(folder: folder.path + "/export").keep([instance(7)])
    let file = FileHandle(forWritingAtPath: folder.path + "/export/order@2/0.jsonl")
    try file?.seekToEnd()
    try file?.write(contentsOf: Data("{\"instance\":8,\"star".utf8))
    try file?.close()
    try await FileArchive(folder: folder.path + "/export").keep([instance(8)])
    #expect(try text(folder, "0.jsonl") == instance(7).json + "\n" + instance(8).json + "\n")
  }

  @Test("an instance of another store under the same number is refused")
  func otherStore() async throws {
    let folder = try StoreFolder()
    let archive = FileArchive(folder: folder.path + "/export")
    try await archive.keep([instance(7)])
    let failure = await #expect(throws: ArchiveFailure.self) { try await archive.keep([instance(7, startedAt: 6)]) }
    #expect(failure?.message.contains("another store") == true)
    #expect(try text(folder, "0.jsonl") == instance(7).json + "\n")
  }

  @Test("a folder that cannot be made is a failure with its path")
  func unwritable() async throws {
    let folder = try StoreFolder()
    let archive = FileArchive(folder: folder.path + "/absent/export")
    let failure = await #expect(throws: ArchiveFailure.self) { try await archive.keep([instance(7)]) }
    #expect(failure?.message.contains("/absent/export") == true)
  }
}
