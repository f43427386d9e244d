/// An event as people and programs read it: its public name, its JSON object and one sentence.
///
/// `EventDescriber` makes descriptions, because an event alone names numbers only: which node a timer belongs to is
/// said by the events before it.
public struct EventDescription: Sendable, Hashable {
  /// One member of the JSON object after the leading ones.
  public struct Member: Sendable, Hashable {
    /// The name; unique within its description.
    public let name: String
    /// The value.
    public let value: Value
  }

  /// Ascending by one within the instance, from 1.
  public let sequence: Int64
  /// When it happened.
  public let at: Timestamp
  /// The public name of its type, e.g. `tokenCompleted`.
  public let typeName: String
  /// The identifier of the node it is about, where it is known.
  public let node: String?
  /// The token it is about.
  public let token: TokenID?
  /// Whether that token does the work or undoes it.
  public let mode: TokenMode?
  /// Everything else, ascending by name.
  public let members: [Member]
  /// One sentence for people, without a full stop. It may hold text from outside, which is not safe to print as it is.
  public internal(set) var sentence: String

  /// Writes the JSON object: `seq`, `at`, `type`, `node`, `token`, `mode`, then the rest by name. What is not known is
  /// left out.
  public func writeJSON(to writer: inout JSONWriter) {
    writer.beginObject()
    for member in head + members {
      writer.writeName(member.name)
      writer.write(member.value)
    }
    writer.endObject()
  }

  /// The JSON object as one line of text.
  public var jsonText: String {
    var writer = JSONWriter()
    writeJSON(to: &writer)
    return writer.text
  }

  /// All members of the JSON object in their order.
  public var jsonMembers: [Member] { head + members }

  private var head: [Member] {
    var head = [
      Member(name: "seq", value: Value(sequence)), Member(name: "at", value: .string(at.iso8601)),
      Member(name: "type", value: .string(typeName)),
    ]
    if let node { head.append(Member(name: "node", value: .string(node))) }
    if let token { head.append(Member(name: "token", value: Value(token.rawValue))) }
    if let mode { head.append(Member(name: "mode", value: .string(mode.name))) }
    return head
  }
}
