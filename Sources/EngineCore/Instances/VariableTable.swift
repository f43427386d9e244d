/// The variables of an instance: what they are now, per scope, and what is needed to see them as they once were.
///
/// A compensation handler sees the variables of the moment in which its step completed. Instead of a copy per record,
/// the table keeps an undo log: what each change overwrote. It grows only while there is a record that may need it.
public struct VariableTable: Sendable, Hashable {
  /// The present variables of one scope.
  public struct ScopeVariables: Sendable, Hashable {
    /// The scope.
    public let scope: ScopeID
    /// Its variables.
    public var values: Context
  }

  /// What one change overwrote.
  public struct Overwritten: Sendable, Hashable {
    /// The history sequence of the change.
    public let sequence: Int64
    /// The scope of the variable.
    public let scope: ScopeID
    /// Its name.
    public let name: String
    /// Its value before; nil when it did not exist.
    public let previous: Value?

    /// Makes an entry of the undo log.
    public init(sequence: Int64, scope: ScopeID, name: String, previous: Value?) {
      self.sequence = sequence
      self.scope = scope
      self.name = name
      self.previous = previous
    }
  }

  /// The present variables, ascending by scope.
  public private(set) var scopes: [ScopeVariables] = []
  /// The undo log, in the order of the changes.
  public private(set) var undoLog: [Overwritten] = []

  /// Makes an empty table.
  public init() {}

  /// Makes a table from stored rows; scopes ascending, the log in order.
  public init(scopes: [(ScopeID, Context)], undoLog: [Overwritten]) {
    self.scopes = scopes.map { ScopeVariables(scope: $0.0, values: $0.1) }
    self.undoLog = undoLog
  }

  /// The present variables of one scope alone.
  public subscript(scope: ScopeID) -> Context {
    let position = position(of: scope)
    return position < scopes.endIndex && scopes[position].scope == scope ? scopes[position].values : Context()
  }

  /// Sets or (with nil) removes one variable, remembering what it overwrote when asked to.
  mutating func set(_ name: String, to value: Value?, in scope: ScopeID, at sequence: Int64, remembering: Bool) {
    let position = position(of: scope)
    if position == scopes.endIndex || scopes[position].scope != scope {
      scopes.insert(ScopeVariables(scope: scope, values: Context()), at: position)
    }
    let previous = scopes[position].values[name]
    if remembering {
      undoLog.append(Overwritten(sequence: sequence, scope: scope, name: name, previous: previous))
    }
    scopes[position].values[name] = value
    if scopes[position].values.isEmpty { scopes.remove(at: position) }
  }

  /// Where a scope stands or would stand. O(log scopes).
  private func position(of scope: ScopeID) -> Int {
    var low = scopes.startIndex
    var high = scopes.endIndex
    while low < high {
      let middle = (low + high) / 2
      if scopes[middle].scope < scope { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Removes all variables of a scope that has ended.
  mutating func removeScope(_ scope: ScopeID, at sequence: Int64, remembering: Bool) {
    for entry in self[scope].entries {
      set(entry.name, to: nil, in: scope, at: sequence, remembering: remembering)
    }
  }

  /// The variables as they were right after the event with that sequence. O(changes since then).
  public func snapshot(at sequence: Int64) -> VariableTable {
    var past = self
    for entry in undoLog.reversed() {
      if entry.sequence <= sequence { break }
      past.set(entry.name, to: entry.previous, in: entry.scope, at: 0, remembering: false)
    }
    return past
  }

  /// What is visible through a chain of scopes, innermost first; the root is always visible.
  public func visible(through chain: [ScopeID]) -> Context {
    var context = self[.root]
    for scope in chain.reversed() where scope != .root { context = context.merging(self[scope]) }
    return context
  }
}
