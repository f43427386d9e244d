import EngineCore

/// Where chosen events go: a file, a command, a broker.
///
/// Every event that its definition or its engine chose is handed over at least once, and those of one instance in their
/// order. An engine that is killed between the sink's success and its own commit hands the same events over again: who
/// reads them recognises a repetition by `instance` and `seq`. Called off the engine's thread, one batch at a time.
public protocol EventSink: Sendable {
  /// Publishes a batch, in order. When it returns the events are safe outside; when it throws, the same batch comes
  /// again after a pause, and nothing overtakes it.
  func publish(_ events: [PublishedEvent]) async throws(SinkFailure)
}

/// An event on its way out.
public struct PublishedEvent: Sendable, Hashable {
  /// Its place in the outbox of its store: ascending, and never given out again.
  public let id: Int64
  /// The instance.
  public let instance: InstanceID
  /// Its place in the history of its instance.
  public let sequence: Int64
  /// The public name of its type.
  public let type: String
  /// One JSON object on one line: `instance`, `process`, `businessKey`, then the event as `history --json` prints it.
  public let json: String

  /// Describes an event.
  public init(id: Int64, instance: InstanceID, sequence: Int64, type: String, json: String) {
    self.id = id
    self.instance = instance
    self.sequence = sequence
    self.type = type
    self.json = json
  }
}

/// An event that a unit of work asks to be published: written in the transaction of the unit.
public struct OutboxEntry: Sendable, Hashable {
  /// Its place in the history of the instance.
  public let sequence: Int64
  /// The public name of its type.
  public let type: String
  /// What is published, as JSON on one line.
  public let json: String

  /// Makes an entry.
  public init(sequence: Int64, type: String, json: String) {
    self.sequence = sequence
    self.type = type
    self.json = json
  }
}

/// A sink could not take a batch.
public struct SinkFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence, with what the sink is and what it said.
  public let message: String

  /// Describes a failure.
  public init(_ message: String) { self.message = message }

  /// The sentence.
  public var description: String { message }
}
