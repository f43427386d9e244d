/// What of an instance a unit of work has touched, so that a store writes those rows and no others.
///
/// An identifier that is no longer in the instance is to be deleted; one that was not there before the unit
/// (`isNew...`) and is gone again is never mentioned.
public struct ChangeSet: Sendable, Hashable {
  /// Identifiers touched by a unit: those that it made, and those that were there before.
  public struct Touched<ID: Hashable & Sendable>: Sendable, Hashable {
    private var made = DistinctList<ID>()
    private var changed = DistinctList<ID>()
    /// There before and gone.
    public private(set) var deleted: [ID] = []

    /// Made in this unit and still there at its end, in order.
    public var inserted: [ID] { made.elements }
    /// There before, changed, and still there.
    public var updated: [ID] { changed.elements }
    /// Whether nothing was touched.
    public var isEmpty: Bool { inserted.isEmpty && updated.isEmpty && deleted.isEmpty }

    /// Whether something was touched and is still there.
    package func isPresent(_ id: ID) -> Bool { made.contains(id) || changed.contains(id) }

    mutating func insert(_ id: ID) { made.append(id) }

    mutating func update(_ id: ID) {
      if !made.contains(id) { changed.append(id) }
    }

    mutating func delete(_ id: ID) {
      if made.remove(id) { return }
      changed.remove(id)
      deleted.append(id)
    }
  }

  /// One variable of one scope.
  public struct VariableName: Sendable, Hashable {
    /// The scope.
    public let scope: ScopeID
    /// The name.
    public let name: String
  }

  /// Whether the unit made the instance.
  public internal(set) var isNewInstance = false
  /// Whether state, flags or business key changed, beyond version, sequence and time of the last change.
  public internal(set) var changesHeader = false
  /// Tokens.
  public internal(set) var tokens = Touched<TokenID>()
  /// Open subprocesses.
  public internal(set) var scopes = Touched<ScopeID>()
  /// Timers.
  public internal(set) var timers = Touched<TimerID>()
  /// Subscriptions.
  public internal(set) var subscriptions = Touched<SubscriptionID>()
  /// User tasks.
  public internal(set) var userTasks = Touched<TokenID>()
  /// External tasks.
  public internal(set) var externalTasks = Touched<TokenID>()
  /// Compensation records.
  public internal(set) var records = Touched<RecordID>()
  /// Compensation runs.
  public internal(set) var runs = Touched<RunID>()
  /// Incidents.
  public internal(set) var incidents = Touched<IncidentID>()
  private var touchedVariables = DistinctList<VariableName>()
  /// Variables set or removed; look the value up in the instance (absent means: delete the row).
  public var variables: [VariableName] { touchedVariables.elements }
  /// How many entries the undo log had before; later ones are to be inserted.
  public internal(set) var undoLogStart: Int?
  /// Whether messages or signals were thrown.
  public internal(set) var hasThrown = false
  /// Whether the deferred outcomes changed.
  public internal(set) var changesDeferred = false

  /// Nothing touched.
  public init() {}

  mutating func touchVariable(_ name: String, in scope: ScopeID) {
    touchedVariables.append(VariableName(scope: scope, name: name))
  }
}
