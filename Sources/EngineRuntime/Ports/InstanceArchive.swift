import EngineCore

/// Where ended instances go before their store forgets them.
///
/// Each instance is handed over at least once: an engine that is killed between the archive's success and its own
/// deletion hands the same instance over again, and an archive keeps it once. An instance that was handed over and is
/// then undone, because it had not been deleted yet, comes again with a longer history, which replaces the one before.
/// Called off the engine's thread, one batch at a time.
public protocol InstanceArchive: Sendable {
  /// Keeps a batch. When it returns all of it is safe; when it throws, nothing of it is deleted and it comes again.
  func keep(_ instances: [ArchivedInstance]) async throws(ArchiveFailure)
}

/// An ended instance on its way out of the store, whole.
public struct ArchivedInstance: Sendable, Hashable {
  /// The instance.
  public let id: InstanceID
  /// The key of its process.
  public let process: String
  /// The version of its process.
  public let version: Int
  /// When it was started: with the identifier it tells instances of different stores apart.
  public let startedAt: Timestamp
  /// The sequence of its last event: of two that are handed over of one instance the higher one counts.
  public let sequence: Int64
  /// One JSON object on one line: `instance`, `sequence`, `startedAt`, `process`, `version`, `businessKey`, `state`,
  /// `endedAt`, `variables`, and `history` with every event as `history --json` prints it.
  public let json: String

  /// Describes an instance.
  public init(
    id: InstanceID, process: String, version: Int, startedAt: Timestamp, sequence: Int64, json: String
  ) {
    self.id = id
    self.process = process
    self.version = version
    self.startedAt = startedAt
    self.sequence = sequence
    self.json = json
  }
}

/// An archive could not take a batch.
public struct ArchiveFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence, with what the archive is and what is wrong.
  public let message: String

  /// Describes a failure.
  public init(_ message: String) { self.message = message }

  /// The sentence.
  public var description: String { message }
}

/// The end of an instance; positions ascend by the time of the end, then by instance.
public struct EndPosition: Sendable, Hashable, Comparable {
  /// When it came to its end.
  public let endedAt: Timestamp
  /// The instance.
  public let instance: InstanceID

  /// Names an end.
  public init(endedAt: Timestamp, instance: InstanceID) {
    self.endedAt = endedAt
    self.instance = instance
  }

  /// Whether one comes before the other.
  public static func < (left: EndPosition, right: EndPosition) -> Bool {
    (left.endedAt, left.instance) < (right.endedAt, right.instance)
  }
}
