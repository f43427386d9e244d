import EngineRuntime
import Logging

/// Structured logs on standard error: one line an event, times in UTC.
enum Log {
  static func logger(_ label: String) -> Logger {
    Logger(label: label) { _ in LineLog() }
  }
}

/// Writes log events, as far as they can be written, as `2026-11-23T10:00:00.123456Z info serving store=orders.db`.
struct LineLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(SystemClock.now.iso8601) \(event.level) \(event.message)"
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
    StandardOutput.complain(line)
  }
}
