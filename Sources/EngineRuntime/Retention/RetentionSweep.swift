import EngineCore

/// How far an engine has come in looking for what is kept no longer.
///
/// A sweep goes through the definitions one by one, through the ends of each from the oldest on, a small portion in a
/// turn with a pause after each; then it rests.
struct RetentionSweep {
  /// One definition's turn.
  struct Stage {
    let definition: DefinitionID
    let policy: RetentionPolicy
    /// Ends up to this instant are too old; nil when age does not matter.
    let cut: Timestamp?
    /// How far the ends have been looked at.
    var cursor: EndPosition?
    /// How many of those up to there could not go although they are over.
    var kept = 0
    /// Whether there is nobody left to look at.
    var isDone = false
  }

  /// The stage at hand; nil between definitions.
  var stage: Stage?
  /// The definition that was looked at last; nil at the beginning.
  var last: DefinitionID?
  /// When the next portion is due.
  var next: Timestamp
  /// Whether a portion is with the archive, or is kept and not deleted yet.
  var isOut = false
  /// How often the archive has failed in a row.
  var failures = 0
  /// Whether decided commands are still being looked through in this sweep.
  var isForgettingCommands = false
}

/// What came of handing a portion to the archive.
package struct ArchiveReceipt: Sendable {
  /// The instances with the versions in which they were handed over.
  package let versions: [(instance: InstanceID, version: Int64)]
  /// Why the archive did not keep them; nil when it did.
  package let failure: ArchiveFailure?

  package init(versions: [(instance: InstanceID, version: Int64)], failure: ArchiveFailure? = nil) {
    self.versions = versions
    self.failure = failure
  }
}
