import EngineCore
import EngineRuntime

/// A store that can be gone through row by row.
public protocol VerifiableStore: Sendable {
  /// The file, or another name of the store.
  var path: String { get }
  /// Runs something that only reads, on one state of the store.
  func read<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result
  /// Hands on what is wrong below the rows of instances: pages, tables and indexes, rows that belong to nothing or
  /// cannot be read. Says whether the tables are there, so that instances can be looked at.
  func damage(_ report: (StoreFinding) -> Void) throws(StoreFailure) -> Bool
}

/// Something that is not as it must be.
public struct StoreFinding: Sendable, Hashable, CustomStringConvertible {
  /// The instance it concerns; nil when it concerns the store.
  public let instance: InstanceID?
  /// What differs, in one sentence.
  public let sentence: String

  /// Describes a finding.
  public init(_ instance: InstanceID?, _ sentence: String) {
    self.instance = instance
    self.sentence = sentence
  }

  /// The instance and the sentence.
  public var description: String { instance.map { "instance \($0): \(sentence)" } ?? sentence }

  /// Does a part of verification; where the file is too damaged for it, that is a finding, and the next part has its
  /// turn.
  package static func unlessDamaged(
    _ what: String, _ report: (StoreFinding) -> Void, _ body: () throws(StoreFailure) -> Void
  ) throws(StoreFailure) {
    do throws(StoreFailure) {
      try body()
    } catch {
      guard error.kind == .corrupt else { throw error }
      report(StoreFinding(nil, "\(what) could not be looked at to the end: \(error.message)"))
    }
  }
}

/// An instance that an engine has marked, because an invariant was broken in it: no damage by itself, but where there
/// is some it says since when.
public struct CorruptionMark: Sendable, Hashable, CustomStringConvertible {
  /// The instance.
  public let instance: InstanceID
  /// What it is now; an operator may have ended it.
  public let state: InstanceState
  /// When the engine met it.
  public let at: Timestamp
  /// What the engine met, in one sentence.
  public let reason: String

  /// Describes a mark.
  public init(_ instance: InstanceID, _ state: InstanceState, at: Timestamp, reason: String) {
    self.instance = instance
    self.state = state
    self.at = at
    self.reason = reason
  }

  /// Everything in one sentence.
  public var description: String {
    let now = state.isEnd ? "; it is \(state.name) by now" : ", and nothing but cancel or terminate moves it"
    return "instance \(instance): marked as corrupted since \(at.iso8601)\(now): \(reason)"
  }
}
