import Testing

/// Whether another process is the engine while commands run.
enum Surroundings: String, CaseIterable, Sendable {
  case engine
  case noEngine
}

extension Workplace {
  func inside(_ surroundings: Surroundings, _ body: () async throws -> Void) async throws {
    switch surroundings {
    case .noEngine: try await body()
    case .engine:
      let engine = try await serve()
      try await body()
      try await stop(engine)
    }
  }
}
