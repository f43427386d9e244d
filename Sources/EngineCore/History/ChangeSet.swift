/// What of an instance a unit of work has touched, so that a store writes those rows and no others.
///
/// An identifier that is no longer in the instance is to be deleted; one that was not there before the unit
/// (`isNew...`) and is gone again is never mentioned.
public struct ChangeSet: Sendable, Hashable {
  /// Identifiers touched by a unit: those that it made, and those that were there before.
  ///
  /// A unit touches few kinds of things, and the set is copied on its way to the disk: a kind that was left alone takes
  /// one empty reference.
  public struct Touched<ID: Hashable & Sendable>: Sendable, Hashable {
    private var contents: Contents?

    /// Made in this unit and still there at its end, in order.
    public var inserted: [ID] { contents?.made.elements ?? [] }
    /// There before, changed, and still there.
    public var updated: [ID] { contents?.changed.elements ?? [] }
    /// There before and gone.
    public var deleted: [ID] { contents?.deleted ?? [] }
    /// Whether nothing was touched.
    public var isEmpty: Bool {
      guard let contents else { return true }
      return contents.made.elements.isEmpty && contents.changed.elements.isEmpty && contents.deleted.isEmpty
    }

    /// Whether something was touched and is still there.
    package func isPresent(_ id: ID) -> Bool {
      contents.map { $0.made.contains(id) || $0.changed.contains(id) } ?? false
    }

    mutating func insert(_ id: ID) { own().made.append(id) }

    mutating func update(_ id: ID) {
      let contents = own()
      if !contents.made.contains(id) { contents.changed.append(id) }
    }

    mutating func delete(_ id: ID) {
      let contents = own()
      if contents.made.remove(id) { return }
      contents.changed.remove(id)
      contents.deleted.append(id)
    }

    /// Contents that nobody else has.
    private mutating func own() -> Contents {
      if isKnownUniquelyReferenced(&contents), let contents { return contents }
      let mine = Contents(contents)
      contents = mine
      return mine
    }

    /// Whether both name the same.
    public static func == (left: Touched, right: Touched) -> Bool {
      left.inserted == right.inserted && left.updated == right.updated && left.deleted == right.deleted
    }

    /// Feeds all identifiers into a hasher.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(inserted)
      hasher.combine(updated)
      hasher.combine(deleted)
    }

    /// Is changed by its only owner, and never again once it has two.
    private final class Contents: @unchecked Sendable {
      var made = DistinctList<ID>()
      var changed = DistinctList<ID>()
      var deleted: [ID] = []

      init(_ original: Contents?) {
        guard let original else { return }
        (made, changed, deleted) = (original.made, original.changed, original.deleted)
      }
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
