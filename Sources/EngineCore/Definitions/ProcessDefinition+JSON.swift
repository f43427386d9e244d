import FoundationEssentials

extension ProcessDefinition {
  /// The definition as JSON text that is the same for equal definitions, whatever they were made from.
  ///
  /// Stores keep it, and compare it to see whether a deployment brings anything new.
  public var canonicalJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      preconditionFailure("a definition has parts that are not JSON: \(error)")
    }
  }

  /// Reads what `canonicalJSON` gave. The indexes in it are not checked: `DefinitionValidator` does that.
  public init(canonicalJSON text: String) throws(DefinitionTextError) {
    do {
      self = try JSONDecoder().decode(ProcessDefinition.self, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw DefinitionTextError(message: error.sentence)
    } catch {
      throw DefinitionTextError(message: "it is not JSON")
    }
  }
}

/// Why stored text is no definition.
public struct DefinitionTextError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, for the person who looks after the store.
  public let message: String

  /// The sentence.
  public var description: String { "the stored definition cannot be read: \(message)" }
}

extension DecodingError {
  fileprivate var sentence: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    @unknown default: return "its form is unknown"
    }
  }
}
