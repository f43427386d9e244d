import EngineCore

/// What this process is to the store's engine.
package enum EngineRole: Sendable, Hashable {
  /// It is the engine.
  case engine
  /// It looks on, and posts commands through the store.
  case attached
}

/// Whether anything in the store can move, and who moves it.
package enum Connection: Sendable, Hashable {
  /// Nothing has been read yet.
  case unknown
  /// The engine is in this process.
  case inside(epoch: Int64)
  /// Another process is the engine.
  case attached(host: String, process: Int32, epoch: Int64)
  /// No engine is running.
  case none(since: Timestamp?)
}

/// Whether this console may change anything.
package enum Access: Sendable, Hashable {
  case full
  /// Every changing key is off, for this reason.
  case readOnly(reason: SafeText)
}

/// The store that is looked at.
package struct StoreIdentity: Sendable, Hashable {
  /// The name in the header.
  package let name: SafeText
  /// As it is written on a command line.
  package let path: String
  /// Whether every command needs a reason.
  package let isProduction: Bool

  package init(path: String, isProduction: Bool = false) {
    self.path = path
    name = SafeText(untrusted: path.split(separator: "/").last.map(String.init) ?? path)
    self.isProduction = isProduction
  }
}
