import ConsoleCore
import ConsoleView
import EngineCore
import Synchronization

/// Keeps graph layouts: one is computed for a definition and a width, not for every frame.
final class PaneCache: Sendable {
  private struct Key: Hashable {
    let definition: DefinitionID
    let width: Int
  }

  private let layouts = Mutex<[Key: GraphLayout]>([:])
  private static let capacity = 32

  func content(_ pane: Pane, _ input: PaneInput, _ state: PaneState, _ width: Int) -> PaneContent {
    guard pane == .graph else { return InstancePanes.content(pane, input, state, width: width) }
    let key = Key(definition: input.story.detail.deployed.id, width: width)
    let layout = layouts.withLock { layouts in
      if let known = layouts[key] { return known }
      if layouts.count >= Self.capacity { layouts = [:] }
      let made = GraphPane.layout(input.definition, width: width)
      layouts[key] = made
      return made
    }
    return InstancePanes.content(pane, input, state, width: width, layout: layout)
  }
}
