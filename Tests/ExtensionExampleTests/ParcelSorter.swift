import EngineCore

/// A node that sends a parcel along the lane for its weight.
struct ParcelSorter: NodeHandler {
  func execute(_ context: NodeContext) -> NodeDecision {
    guard let weight = context.variables["weight"]?.intValue, weight > 0 else {
      return .fail(code: "NO_WEIGHT", message: "the parcel was not weighed")
    }
    let limit = context.configuration["limit"]?.intValue ?? 30
    return .take([weight > limit ? "freight" : "parcel"], result: ["heavy": .boolean(weight > limit)])
  }

  func validate(configuration: ValueTemplate) -> String? {
    guard case .literal(let value) = configuration, let limit = value["limit"], limit.intValue == nil else {
      return nil
    }
    return "`limit` must be a whole number"
  }
}
