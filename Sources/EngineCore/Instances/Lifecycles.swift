/// The life of a token: `created → ready → executing → (waiting) → completed` or `terminated`; `failed` is live.
///
/// Raw values are what stores hold; they never change.
public enum TokenState: Int, Sendable, Hashable, Codable, CaseIterable {
  /// It exists, and its node has not been looked at.
  case created = 0
  /// It may be executed as soon as somebody has room.
  case ready = 1
  /// A handler is at work.
  case executing = 2
  /// It waits for the one reason that is stored with it.
  case waiting = 3
  /// An operator has to move it: retry, skip or compensation.
  case failed = 4
  /// Its node was executed.
  case completed = 5
  /// It was ended from outside.
  case terminated = 6

  /// Whether the token can still do something.
  public var isLive: Bool {
    switch self {
    case .created, .ready, .executing, .waiting, .failed: true
    case .completed, .terminated: false
    }
  }

  /// The one table of what may follow what.
  public func canBecome(_ next: TokenState) -> Bool {
    switch self {
    case .created: next != .created
    case .ready: next == .executing || next == .waiting || next == .completed || next == .failed || next == .terminated
    case .executing: next != .created && next != .executing
    case .waiting: next != .created && next != .executing
    case .failed: next == .ready || next == .completed || next == .terminated
    case .completed, .terminated: false
    }
  }
}

/// Whether a token does the work or undoes it; handlers and workers are also told that they are only asked.
public enum TokenMode: Int, Sendable, Hashable, Codable, CaseIterable {
  /// The work of the node is done.
  case forward = 0
  /// Work that was done is undone.
  case compensation = 1
  /// A step in doubt is asked after. Tokens that do this are forward tokens; the mode is what the work is told.
  case probe = 2

  /// The word used in history and JSON.
  public var name: String {
    switch self {
    case .forward: "forward"
    case .compensation: "compensation"
    case .probe: "probe"
    }
  }
}

/// The life of a process instance. Raw values are what stores hold; they never change.
public enum InstanceState: Int, Sendable, Hashable, Codable, CaseIterable {
  /// Forward work goes on (or rests on an incident).
  case running = 0
  /// Completed steps are being undone.
  case compensating = 1
  /// It reached its end.
  case completed = 2
  /// Everything that could be undone was undone.
  case compensated = 3
  /// An operator ended it in good order.
  case cancelled = 4
  /// An operator ended it at once.
  case terminated = 5
  /// An error end event that nothing caught ended it.
  case failed = 6
  /// An operator ends it in good order: it waits only for handlers that were asked to stop.
  case cancelling = 7

  /// Whether nothing happens any more (but `completed → compensating`).
  public var isEnd: Bool {
    switch self {
    case .running, .compensating, .cancelling: false
    case .completed, .compensated, .cancelled, .terminated, .failed: true
    }
  }

  /// The one table of what may follow what.
  public func canBecome(_ next: InstanceState) -> Bool {
    switch self {
    case .running: next != .running && next != .compensated
    // Back to completed when only a part of what it did was undone.
    case .compensating:
      next == .compensated || next == .completed || next == .cancelling || next == .cancelled || next == .terminated
    case .cancelling: next == .cancelled || next == .terminated
    case .completed: next == .compensating
    case .compensated, .cancelled, .terminated, .failed: false
    }
  }

  /// The word used in views, filters and JSON.
  public var name: String {
    switch self {
    case .running: "running"
    case .compensating: "compensating"
    case .completed: "completed"
    case .compensated: "compensated"
    case .cancelled: "cancelled"
    case .terminated: "terminated"
    case .failed: "failed"
    case .cancelling: "cancelling"
    }
  }
}

extension TokenState {
  /// The word used in views, filters and JSON.
  public var name: String {
    switch self {
    case .created: "created"
    case .ready: "ready"
    case .executing: "executing"
    case .waiting: "waiting"
    case .failed: "failed"
    case .completed: "completed"
    case .terminated: "terminated"
    }
  }
}
