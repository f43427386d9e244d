import EngineCore
import EngineRuntime
import EngineStorage
import Foundation
import Testing

@Suite("Publishing into a file")
struct FileSinkTests {
  private func event(_ number: Int64) -> PublishedEvent {
    PublishedEvent(id: number, instance: InstanceID(1), sequence: number, type: "t", json: "{\"seq\":\(number)}")
  }

  @Test("batches are appended, one event a line")
  func appending() async throws {
    let folder = try StoreFolder()
    let sink = FileSink(path: folder.path + "/events")
    try await sink.publish([event(1), event(2)])
    try await sink.publish([event(3)])
    let text = try String(contentsOfFile: folder.path + "/events", encoding: .utf8)
    #expect(text == "{\"seq\":1}\n{\"seq\":2}\n{\"seq\":3}\n")
  }

  @Test("a line that a crash cut short stays alone on its line")
  func cutLine() async throws {
    let folder = try StoreFolder()
    let path = try folder.write("events", Array("{\"seq\":1}\n{\"se".utf8))
    try await FileSink(path: path).publish([event(2)])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == "{\"seq\":1}\n{\"se\n{\"seq\":2}\n")
  }

  @Test("a file that cannot be written is a failure with its path")
  func unwritable() async throws {
    let folder = try StoreFolder()
    let failure = await #expect(throws: SinkFailure.self) {
      try await FileSink(path: folder.path + "/absent/events").publish([event(1)])
    }
    #expect(failure?.message.contains("/absent/events") == true)
  }
}
