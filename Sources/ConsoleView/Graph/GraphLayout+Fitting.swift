extension GraphLayout {
  /// Label limits that are tried before a picture is allowed to be larger than the window.
  private static let labelLimits = [24, 18, 12]

  /// The layout that suits a window best.
  ///
  /// That is the first that shows everything: with longer labels rather than shorter ones, down rather than to the
  /// right, and in boxes, if no density is asked for, as long as no label is cut for them. If none shows everything, it
  /// runs down, as wide as the window if that can be. Costs up to a dozen layouts, so it is asked again only when the
  /// window's size or the definition has changed.
  package static func fitting(
    _ model: GraphModel, density: GraphForm.Density? = nil, width: Int, height: Int,
    columns: (Character) -> Int = { _ in 1 }
  ) -> GraphLayout {
    func layout(_ direction: GraphForm.Direction, _ density: GraphForm.Density, _ limit: Int) -> GraphLayout {
      let form = GraphForm(direction: direction, density: density, labelColumns: limit)
      return GraphLayout(model, form: form, columns: columns)
    }
    func shown(_ density: GraphForm.Density, _ limit: Int) -> GraphLayout? {
      for direction in GraphForm.Direction.allCases {
        let layout = layout(direction, density, limit)
        if layout.width <= width, layout.height <= height { return layout }
      }
      return nil
    }
    if density == nil, let boxed = shown(.boxed, labelLimits[0]) { return boxed }
    let density = density ?? .compact
    for limit in labelLimits {
      if let layout = shown(density, limit) { return layout }
    }
    for limit in labelLimits {
      let layout = layout(.topDown, density, limit)
      if layout.width <= width { return layout }
    }
    // It has to be panned anyway, so nothing is cut for it.
    return layout(.topDown, density, labelLimits[0])
  }
}
