/// Named values, always in the order of their names, so that iterating never depends on hashing.
///
/// Lookups cost O(log n); setting a new name O(n).
public struct Context: Sendable, Hashable {
  /// One name with its value.
  public struct Entry: Sendable, Hashable {
    /// The name; unique within its context.
    public let name: String
    /// The value under that name.
    public var value: Value
  }

  /// All entries, ascending by name.
  public private(set) var entries: [Entry]

  /// Makes an empty context.
  public init() { entries = [] }

  /// The number of names.
  public var count: Int { entries.count }

  /// Whether there is no name at all.
  public var isEmpty: Bool { entries.isEmpty }

  /// The value under a name; assigning nil removes the name.
  public subscript(name: String) -> Value? {
    get {
      let index = position(of: name)
      return index < entries.count && entries[index].name == name ? entries[index].value : nil
    }
    set {
      let index = position(of: name)
      let exists = index < entries.count && entries[index].name == name
      switch (newValue, exists) {
      case (let value?, true): entries[index].value = value
      case (let value?, false): entries.insert(Entry(name: name, value: value), at: index)
      case (nil, true): entries.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// Returns this context with the entries of another one laid over it.
  public func merging(_ other: Context) -> Context {
    var merged = self
    for entry in other.entries { merged[entry.name] = entry.value }
    return merged
  }

  private func position(of name: String) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Context: ExpressibleByDictionaryLiteral {
  /// Makes a context from a literal; of equal names the last one holds.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self.init()
    for (name, value) in elements { self[name] = value }
  }
}
