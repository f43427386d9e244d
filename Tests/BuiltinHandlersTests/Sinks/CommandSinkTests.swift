import BuiltinHandlers
import EngineCore
import EngineRuntime
import Testing

@Suite("Publishing through a command")
struct CommandSinkTests {
  private let events = (1...3).map {
    PublishedEvent(
      id: $0, instance: InstanceID(7), sequence: $0, type: "tokenCompleted", json: "{\"instance\":7,\"seq\":\($0)}")
  }

  @Test("the command reads one event a line, and its success takes the batch")
  func success() async throws {
    let folder = TestFolder()
    let command = folder.write("take.sh", "#!/bin/sh\ncat > \"$1\"\n", executable: true)
    try await CommandSink(arguments: [command, folder.path + "/taken"]).publish(events)
    #expect(folder.read("taken") == events.map { $0.json + "\n" }.joined())
  }

  @Test("any other end says how it ended and what it said last")
  func failure() async throws {
    let folder = TestFolder()
    let command = folder.write("fail.sh", "#!/bin/sh\necho no broker >&2\nexit 3\n", executable: true)
    let failure = await #expect(throws: SinkFailure.self) {
      try await CommandSink(arguments: [command]).publish(events)
    }
    #expect(failure?.message.hasSuffix("did not publish 3 events: it ended with exit code 3: no broker") == true)
    await #expect(throws: SinkFailure.self) {
      try await CommandSink(arguments: [folder.path + "/absent"]).publish(events)
    }
  }
}
