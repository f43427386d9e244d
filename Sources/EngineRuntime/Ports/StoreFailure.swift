/// The world failed: a store could not be opened, read or written. Nothing of the operation took effect, unless the
/// kind is `outcomeUnknown`.
public struct StoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble it is.
  public let kind: Kind
  /// The file, or another name of the store.
  public let path: String
  /// One sentence, with a hint for the person on call.
  public let message: String

  /// What kind of trouble it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// There is no such file, or it is a directory, or it is not readable.
    case unreadable
    /// The file is no database, or not one of sagatop's.
    case notAStore
    /// A newer sagatop wrote it.
    case newerVersion
    /// It may not be written.
    case readOnly
    /// The disk is full.
    case diskFull
    /// Others kept it busy for too long.
    case busy
    /// It is damaged.
    case corrupt
    /// Another live process is its engine.
    case leaseHeld
    /// The epoch has moved on: another process became the engine.
    case leaseLost
    /// The file that was opened no longer stands under its name: nothing that is written would be found again.
    case gone
    /// It lies on a file system on which locks cannot be trusted.
    case networkFileSystem
    /// The answer to a write got lost: it may have taken effect, and it may not.
    case outcomeUnknown
    /// Input and output failed in another way.
    case inputOutput
  }

  /// Whether an engine that meets it is the engine no more, and has to drop what it has at hand.
  var endsLease: Bool { kind == .leaseLost || kind == .gone }

  /// Describes a failure.
  public init(_ kind: Kind, path: String, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  /// The path and the sentence.
  public var description: String { "\(path): \(message)" }
}
