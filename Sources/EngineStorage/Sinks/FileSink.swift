import EngineRuntime
import Glibc
import Synchronization

/// Publishes into a file: one JSON object a line, appended, and on disk before the batch counts as published.
///
/// The file is opened for each batch, so it may be moved away or rotated between two. A line that a crash cut short is
/// ended before the next batch, which brings the same event again.
public final class FileSink: EventSink {
  private let path: String
  // One batch at a time, whoever calls.
  private let lock = Mutex(())

  /// Makes a sink; the file is made when there is something to publish, or by `prepare`.
  public init(path: String) { self.path = path }

  /// Opens the file once, so that whoever named a wrong one is told before anything is published.
  public func prepare() throws(SinkFailure) {
    if let failure = lock.withLock({ _ in append([]) }) { throw failure }
  }

  /// Appends a batch and waits for the disk.
  public func publish(_ events: [PublishedEvent]) async throws(SinkFailure) {
    let failure = lock.withLock { _ in append(events) }
    if let failure { throw failure }
  }

  private func append(_ events: [PublishedEvent]) -> SinkFailure? {
    do throws(FileFailure) {
      let file = try AppendedFile(path: path)
      var bytes: [UInt8] = try file.endsInsideALine() ? [0x0A] : []
      for event in events {
        bytes.append(contentsOf: event.json.utf8)
        bytes.append(0x0A)
      }
      try file.append(bytes)
      try file.synchronise()
      return nil
    } catch {
      return SinkFailure("events cannot be published into \(error.path): \(error.message)")
    }
  }
}
