import EngineCore

/// Pure functions that the console is given from outside.
package struct Surroundings: Sendable {
  /// How far local time is ahead of UTC at an instant, in seconds.
  package var offsetSeconds: @Sendable (Timestamp) -> Int
  /// Reads the words of a filter.
  package var readFilter: @Sendable (String) -> Result<InstanceFilter, FilterRefusal>
  /// What a pane shows in a number of columns, as far as moving about needs it.
  package var outline: @Sendable (Pane, PaneInput, PaneState, _ width: Int) -> PaneOutline

  package init(
    offsetSeconds: @escaping @Sendable (Timestamp) -> Int,
    readFilter: @escaping @Sendable (String) -> Result<InstanceFilter, FilterRefusal>,
    outline: @escaping @Sendable (Pane, PaneInput, PaneState, _ width: Int) -> PaneOutline
  ) {
    self.offsetSeconds = offsetSeconds
    self.readFilter = readFilter
    self.outline = outline
  }
}
