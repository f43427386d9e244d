import ConsoleTestKit
import EngineCore
import Testing

/// The demonstration never rots.
@Suite("The demonstration", .serialized)
struct DemoTests {
  @Test("runs all its definitions to their ends")
  func everythingEnds() async throws {
    let run = try await CommandRun.sagatop("demo", "--until", "20s", "--rate", "400")
    #expect(run.code == 0, "\(run)")
    for line in run.errors.split(separator: "\n") { #expect(line.contains(" info "), "\(line)") }
    var ended: [String: [String: Int]] = [:]
    for row in try run.json() {
      let process = try #require(row["process"]?.stringValue)
      for state in ["completed", "compensated", "failed", "running"] {
        ended[process, default: [:]][state] = row["instances"]?[state]?.intValue ?? 0
      }
    }
    #expect(ended.keys.sorted() == ["approval", "fulfilment", "order", "payment"])
    // Requests are decided by people, with a yes or with a no: how many of each come first is a matter of time.
    for process in ended.keys.sorted() {
      let decided = process == "approval" ? ended[process]?["failed"] ?? 0 : 0
      #expect((ended[process]?["completed"] ?? 0) + decided > 0, "no \(process) ended: \(run.output)")
    }
    #expect(ended["order"]?["compensated"] ?? 0 > 0, "no order was undone: \(run.output)")
  }

  @Test("leaves nothing behind")
  func nothingIsLeft() async throws {
    let place = try Workplace()
    let run = try await CommandRun.sagatop(["demo", "--until", "300ms"], environment: ["TMPDIR": place.path])
    #expect(run.code == 0, "\(run)")
    #expect(place.names.isEmpty)
  }

  @Test("has an order that is undone in strict reverse order")
  func orderIsUndone() async throws {
    let place = try Workplace()
    let file = SourceFolder.path + "/demo/order.yaml"
    let run = try await CommandRun.sagatop(["run", file, "--json"], environment: ["TMPDIR": place.path])
    #expect(run.code == 1, "\(run)")
    let events = try run.json()
    let undone = events.filter { $0["type"]?.stringValue == "compensationCompleted" }
    #expect(undone.compactMap { $0["node"]?.stringValue } == ["book", "charge", "reserve"])
    let summary = try #require(events.last)
    #expect(summary["type"] == "summary" && summary["state"] == "compensated", "\(summary)")
    #expect(summary["events"]?.intValue == events.count - 1)
  }

  @Test("has an order that completes when it has an address")
  func orderCompletes() async throws {
    let place = try Workplace()
    let file = SourceFolder.path + "/demo/order.yaml"
    let run = try await CommandRun.sagatop(
      ["run", file, "--vars", "{\"address\": \"1 Row Lane\"}"], environment: ["TMPDIR": place.path])
    #expect(run.code == 0, "\(run)")
    #expect(run.lines.last?.contains("is completed") == true, "\(run)")
  }
}

/// Where the repository is.
enum SourceFolder {
  static let path: String = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
}
