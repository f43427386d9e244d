import EngineCore
import EngineRuntime

/// Definitions as verification reads them: each is parsed once for the many instances that run it.
struct KnownDefinitions {
  enum Answer {
    case readable(ProcessDefinition)
    /// It is found when definitions themselves are looked at.
    case unreadable
    case missing
  }

  private var known: [DefinitionID: Answer] = [:]

  /// How many are kept, whatever the size of the store.
  private static let limit = 64

  mutating func find(_ id: DefinitionID, _ rows: any StoreRows) throws(StoreFailure) -> Answer {
    if let answer = known[id] { return answer }
    if known.count == Self.limit { known = [:] }
    let answer: Answer
    do throws(StoreFailure) {
      answer = try rows.definition(id).map { .readable($0.definition) } ?? .missing
    } catch {
      guard error.kind == .corrupt else { throw error }
      answer = .unreadable
    }
    known[id] = answer
    return answer
  }
}
