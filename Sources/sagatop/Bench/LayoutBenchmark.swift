import EngineCore
import SQLiteAdapter

/// Times every table layout that was thought of, several times in turn, and keeps the best of each.
struct LayoutBenchmark {
  let instances: Int
  let window: Int
  let folder: String

  /// How often each layout is measured: others may use the machine at the same time.
  private static let rounds = 3

  func measure(json: Bool) throws {
    var best: [String: Double] = [:]
    var processor: [String: Double] = [:]
    var bytes: [String: Double] = [:]
    for round in 0..<Self.rounds {
      for layout in SQLiteLayout.all {
        let path = folder + "/\(layout.name)-\(round).db"
        let before = Usage.now
        let start = ContinuousClock.now
        let size = try layout.write(instances: instances, window: window, path: path)
        let steps = Double(instances * SQLiteLayout.steps)
        let rate = steps / (ContinuousClock.now - start).inSeconds
        let seconds = Usage.now.processorSeconds - before.processorSeconds
        best[layout.name] = max(best[layout.name] ?? 0, rate)
        processor[layout.name] = min(processor[layout.name] ?? .infinity, seconds / steps * 1e6)
        bytes[layout.name] = Double(size) / Double(instances)
      }
    }
    for layout in SQLiteLayout.all {
      var figures = BenchmarkFigures()
      figures.add("stepsPerSecond", best[layout.name] ?? 0)
      figures.add("processorMicrosecondsPerStep", processor[layout.name] ?? 0)
      figures.add("bytesPerInstance", bytes[layout.name] ?? 0)
      figures.print(.layouts, named: layout.name, json: json)
    }
  }
}
