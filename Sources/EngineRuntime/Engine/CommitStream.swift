/// An observer that hands over what an engine commits, in order, to one task that reads along.
///
/// It holds `limit` units for a reader who is late; then the oldest are lost to the reader (never to the store), and
/// `sequence` of the next entry tells. When the engine stops, cancel the reader or leave its loop.
public final class CommitStream: EngineObserver {
  /// How many units wait for the reader at most.
  public static let limit = 10_000

  /// What has been committed since the stream was made.
  public let units: AsyncStream<UnitOfWork>
  private let continuation: AsyncStream<UnitOfWork>.Continuation

  /// Makes a stream; give it to one engine.
  public init() {
    (units, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.limit))
  }

  /// Takes what is on disk.
  public func committed(_ units: [UnitOfWork]) {
    for unit in units { continuation.yield(unit) }
  }

  /// Keeps no notices: an observer of one's own can log them.
  public func noticed(_ notice: EngineNotice) {}
}
