/// Which instances a list or a bulk verb means: the same words in the console and on the command line.
///
/// All words must hold. `state:` `def:` `key:` `node:` `error:` `var.NAME=` `age>` `changed<` `due<` and plain text
/// (identifier, business key or node).
public struct InstanceFilter: Sendable, Hashable {
  /// One condition.
  public enum Word: Sendable, Hashable {
    /// The instance is in a state.
    case state(InstanceState)
    /// It has an open incident (`state:incident`).
    case hasIncident
    /// It is suspended (`state:suspended`).
    case isSuspended
    /// Its process has this key, in this version if given (`def:order@2`).
    case definition(key: String, version: Int?)
    /// Its business key begins with this text.
    case key(String)
    /// A live token stands on this node.
    case node(String)
    /// An open incident has this code, or its message contains it.
    case error(String)
    /// A variable of the outermost scope has this value, compared as text.
    case variable(name: String, value: String)
    /// It was started longer ago than this (`age>1h`), or more recently (`age<1h`).
    case age(Comparison, Duration)
    /// It last changed longer ago (`changed>1h`) or more recently (`changed<1h`).
    case changed(Comparison, Duration)
    /// Its next timer is due within (`due<5m`) or after this time.
    case due(Comparison, Duration)
    /// The identifier, or a part of the business key or of a node where a live token stands.
    case text(String)
  }

  /// Which side of a limit is meant.
  public enum Comparison: String, Sendable, Hashable {
    case less = "<"
    case greater = ">"
  }

  /// The conditions; all must hold. Empty means every instance.
  public var words: [Word]

  /// Makes a filter.
  public init(words: [Word] = []) { self.words = words }
}
