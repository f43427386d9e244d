/// A list of the console, under the digit that opens it.
package enum ViewKind: Int, CaseIterable, Sendable, Hashable {
  case instances = 1
  case incidents = 2
  case timers = 3
  case compensation = 4
  case tasks = 5
  case definitions = 7
  case audit = 8
  case engine = 9

  /// How a filter is applied.
  package enum Filtering: Sendable, Hashable {
    /// The store finds the rows; all filter words hold.
    case store
    /// The rows at hand are searched for plain text.
    case local
    /// There is nothing to filter.
    case none
  }

  /// The word behind `:` and in the breadcrumb.
  package var title: SafeText {
    switch self {
    case .instances: "instances"
    case .incidents: "incidents"
    case .timers: "timers"
    case .compensation: "compensation"
    case .tasks: "tasks"
    case .definitions: "definitions"
    case .audit: "audit"
    case .engine: "engine"
    }
  }

  package var filtering: Filtering {
    switch self {
    case .instances, .incidents, .timers, .compensation, .tasks: .store
    case .definitions, .audit: .local
    case .engine: .none
    }
  }

  /// The key that opens it.
  package var key: KeyPress { .character(Unicode.Scalar(UInt8(ascii: "0") + UInt8(rawValue))) }

  /// What rows can be sorted by; the first is the order in which the store gives them.
  package var sortColumns: [SortColumn] {
    switch self {
    case .instances: [.natural, .state, .changed, .key, .process, .due]
    case .incidents: [.natural, .error, .process, .key, .tries]
    case .timers: [.natural, .key, .process]
    case .compensation: [.natural, .state, .key, .process]
    case .tasks: [.natural, .due, .key, .process]
    case .definitions: [.natural, .state]
    case .audit, .engine: [.natural]
    }
  }
}

/// What a list can be sorted by.
package enum SortColumn: Sendable, Hashable {
  /// The order in which the store gives the rows.
  case natural
  /// Trouble first.
  case state
  /// The latest change first.
  case changed
  case key
  case process
  /// The next to fall due first.
  case due
  case error
  /// The most tries first.
  case tries

  package var title: SafeText {
    switch self {
    case .natural: "as stored"
    case .state: "trouble first"
    case .changed: "latest change first"
    case .key: "key"
    case .process: "process"
    case .due: "next due first"
    case .error: "error"
    case .tries: "most tries first"
    }
  }
}
