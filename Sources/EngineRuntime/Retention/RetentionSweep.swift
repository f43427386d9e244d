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
  /// How many portions have been handed to the archive.
  var portions = 0
  /// Whether the newest of them is with the archive.
  var isWithArchive = false
  /// Those that the archive has kept and that are not deleted yet: until then no other portion goes out, or they would
  /// be exported again.
  var leaving: Set<InstanceID> = []
  /// How often the archive has failed in a row.
  var failures = 0
  /// Whether decided commands are still being looked through in this sweep.
  var isForgettingCommands = false

  /// An instance has ended, and that is on disk. When the clock was set back, its end lies behind the sweep although it
  /// is older than what lies before it: the sweep begins anew.
  mutating func note(_ instance: ProcessInstance) {
    guard let stage, let cursor = stage.cursor, let endedAt = instance.endedAt, instance.definition == stage.definition,
      EndPosition(endedAt: endedAt, instance: instance.id) < cursor
    else { return }
    self.stage = nil
    last = nil
  }

  /// Nothing more is looked for in this stage: the sweep begins anew with the first definition.
  mutating func endStage() {
    stage?.isDone = true
    last = nil
  }

  /// Whether the sweep waits for a portion that was handed over.
  var isOut: Bool { isWithArchive || !leaving.isEmpty }
}

/// Ended instances that are handed to the archive together.
package struct ArchivePortion: Sendable {
  /// Which of this engine's portions it is, from 1.
  package let number: Int
  /// The instances with the versions in which they are handed over.
  package let versions: [(instance: InstanceID, version: Int64)]
}

/// What came of handing a portion to the archive.
package struct ArchiveReceipt: Sendable {
  package let portion: ArchivePortion
  /// Why the archive did not keep them; nil when it did.
  package let failure: ArchiveFailure?

  package init(_ portion: ArchivePortion, failure: ArchiveFailure? = nil) {
    self.portion = portion
    self.failure = failure
  }
}
