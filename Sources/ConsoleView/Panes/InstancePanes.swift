import ConsoleCore

/// The panes of an opened instance.
package enum InstancePanes {
  /// What a pane shows in `width` columns. The graph takes what room it needs, and pans.
  ///
  /// - Parameter layout: the graph's layout from `GraphPane.layout` for this definition and width, where the caller has
  ///   kept it; otherwise it is computed anew.
  package static func content(
    _ pane: Pane, _ input: PaneInput, _ state: PaneState, width: Int, layout: GraphLayout? = nil
  ) -> PaneContent {
    switch pane {
    case .graph:
      GraphPane.content(input, state, layout: layout ?? GraphPane.layout(input.definition, width: width))
    case .tokens: TokensPane.content(input, width: width)
    case .timers: TimersPane.content(input, width: width)
    case .compensation: CompensationPane.content(input, width: width)
    case .timeline: TimelinePane.content(input, width: width)
    case .events: EventsPane.content(input, state, width: width)
    case .variables: VariablesPane.content(input, state, width: width)
    case .why: WhyPane.content(input, width: width)
    case .commands: CommandsPane.content(input, width: width)
    }
  }
}
