import EngineCore

/// Why an embedded engine did not do what it was asked for. Nothing took effect.
public enum EngineFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The rules do not allow it, or there is no such process.
  case refused(Rejection)
  /// The store could not be read or written.
  case store(StoreFailure)

  /// One sentence.
  public var description: String {
    switch self {
    case .refused(let rejection): rejection.description
    case .store(let failure): failure.description
    }
  }
}
