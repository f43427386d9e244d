import EngineCore
import Glibc

/// Notes which commands are running, so that an engine that starts after a crash can end those which outlived it.
///
/// A step whose engine died runs again. If its command still ran, two of them would do the same work at the same time;
/// so the runtime calls `reapOrphans()` when it has taken the lease and before it starts any handler.
///
/// A note is one small file in a folder beside the store. It is written before the command gets its input and removed
/// when the command is done. Nothing is forced to the disk: when the machine goes down, so do the commands.
public struct OrphanRegistry: Sendable {
  /// Where the notes are; made when the first one is written.
  public let directory: String

  private static let suffix = ".running"
  private static let scratchSuffix = ".part"

  /// Notes commands in a folder that serves nothing else.
  public init(directory: String) { self.directory = directory }

  /// What `reapOrphans` found.
  public struct Reaping: Sendable, Hashable {
    /// The commands that still ran and were ended.
    public var ended: [Orphan] = []
    /// The commands that not even SIGKILL ended. Their notes stay.
    public var stillRunning: [Orphan] = []
  }

  /// All notes, ascending by group.
  public func notes() -> [Orphan] {
    SmallFile.names(in: directory).filter { $0.hasSuffix(Self.suffix) }
      .compactMap { SmallFile.read("\(directory)/\($0)").flatMap { Orphan(json: $0) } }
      .sorted { ($0.group, $0.startedAt) < ($1.group, $1.startedAt) }
  }

  /// Ends every noted command that still runs: SIGTERM to its group, and SIGKILL after a grace.
  ///
  /// Only the holder of the store's lease may call it, before it runs commands of its own. O(processes of the machine).
  ///
  /// - Parameter isInFlight: Whether the store has the activity with an instance and an idempotency key as being
  ///   executed. An engine that was killed between the start of a command and its note leaves no other trace.
  public func reapOrphans(
    grace: Duration = ExecProtocol.defaultGrace, isInFlight: (InstanceID, String) -> Bool = { _, _ in false }
  ) async -> Reaping {
    for name in SmallFile.names(in: directory) where name.hasSuffix(Self.scratchSuffix) {
      unlink("\(directory)/\(name)")
    }
    let outcomes = await withTaskGroup(of: (orphan: Orphan, isGone: Bool).self) { tasks in
      for orphan in notes() + unnoted(isInFlight) {
        guard let group = orphan.livingGroup() else {
          forget(orphan)
          continue
        }
        tasks.addTask { (orphan, await group.end(grace: grace)) }
      }
      var outcomes: [(orphan: Orphan, isGone: Bool)] = []
      for await outcome in tasks { outcomes.append(outcome) }
      return outcomes.sorted { $0.orphan.group < $1.orphan.group }
    }
    var reaping = Reaping()
    for (orphan, isGone) in outcomes {
      guard isGone else {
        reaping.stillRunning.append(orphan)
        continue
      }
      reaping.ended.append(orphan)
      forget(orphan)
    }
    return reaping
  }

  /// The commands in flight that run without a note, one of each group.
  private func unnoted(_ isInFlight: (InstanceID, String) -> Bool) -> [Orphan] {
    var seen = Set(notes().map(\.group))
    return ProcessStat.all().filter(\.isAlive).compactMap { process in
      guard !seen.contains(process.group), let orphan = Orphan(member: process),
        isInFlight(orphan.instance, orphan.idempotencyKey)
      else { return nil }
      seen.insert(process.group)
      return orphan
    }
  }

  /// Notes a command.
  func note(_ orphan: Orphan) throws(OrphanRegistryFailure) {
    let path = path(of: orphan)
    let scratch = path + Self.scratchSuffix
    var failure = SmallFile.write(orphan.json, to: path, scratch: scratch)
    if failure == ENOENT {
      mkdir(directory, 0o700)
      failure = SmallFile.write(orphan.json, to: path, scratch: scratch)
    }
    if let failure { throw OrphanRegistryFailure(path: path, reason: systemMessage(failure)) }
  }

  /// Removes the note of a command that is done.
  func forget(_ orphan: Orphan) { unlink(path(of: orphan)) }

  private func path(of orphan: Orphan) -> String {
    "\(directory)/\(orphan.group)-\(orphan.startedAt)\(Self.suffix)"
  }
}

/// A running command could not be noted, so it must not run.
struct OrphanRegistryFailure: Error, Sendable {
  /// The file that could not be written.
  let path: String
  /// What the system says about it.
  let reason: String
}
