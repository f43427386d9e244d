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

  /// Makes a context from entries in any order; nil if a name comes twice.
  init?(uniqueEntries: [Entry]) {
    if Self.isAscending(uniqueEntries) {
      entries = uniqueEntries
    } else {
      entries = uniqueEntries.sorted { $0.name < $1.name }
      guard Self.isAscending(entries) else { return nil }
    }
  }

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

  /// Returns this context with the entries of another one laid over it; costs O(n + m).
  public func merging(_ other: Context) -> Context {
    guard !isEmpty else { return other }
    guard other.count > 1 else {
      var merged = self
      for entry in other.entries { merged[entry.name] = entry.value }
      return merged
    }
    var merged = Context()
    merged.entries.reserveCapacity(count + other.count)
    var rest = entries[...]
    for entry in other.entries {
      while let next = rest.first, next.name < entry.name { merged.entries.append(rest.removeFirst()) }
      if rest.first?.name == entry.name { rest.removeFirst() }
      merged.entries.append(entry)
    }
    merged.entries.append(contentsOf: rest)
    return merged
  }

  private static func isAscending(_ entries: [Entry]) -> Bool {
    for index in entries.indices.dropFirst() where entries[index - 1].name >= entries[index].name { return false }
    return true
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
