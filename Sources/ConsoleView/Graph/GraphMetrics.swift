/// The distances of a form, in cells.
struct GraphMetrics {
  let form: GraphForm
  /// The columns of a character.
  let columns: (Character) -> Int

  var isTopDown: Bool { form.direction == .topDown }
  var isBoxed: Bool { form.density == .boxed }

  /// Room for badges beside a compact node.
  var badgeSlot: Int {
    switch (form.density, form.direction) {
    case (.boxed, _): 0
    case (.compact, .topDown): 5
    case (.compact, .leftToRight): 4
    }
  }

  /// Room for badges beside a boundary event.
  let boundarySlot = 3

  /// The narrowest box; its border must hold a badge.
  let narrowestBox = 10

  /// Whether a flow ends in an arrowhead. Compact pictures that run down do without: there everything runs down, and
  /// only what does not (a loop) has a head.
  var hasArrowheads: Bool { isBoxed || !isTopDown }

  /// Cells from one track of a gap to the next: columns need more room than rows to look apart.
  var trackPitch: Int { isTopDown ? 1 : 2 }

  /// Free cells across the flow between two neighbours in a layer.
  var spacing: Int { isTopDown ? 2 : 1 }

  /// Free cells between a layer's edge and the lane of a loop.
  var laneMargin: Int { isTopDown && isBoxed ? 2 : 1 }

  /// Cells from one lane to the next.
  var laneSpacing: Int { isTopDown ? 3 : 1 }

  /// The border and the padding of a frame along the flow (before, and as much after).
  var framePaddingAlong: Int { isTopDown ? 1 : 2 }

  /// The border and the padding of a frame across the flow (before, and as much after).
  var framePaddingAcross: Int { isTopDown ? 2 : 1 }

  /// A node's or a boundary event's label, cut to the form's limit.
  func label(_ text: String) -> GraphText {
    GraphText(text, limit: form.labelColumns, columns: columns)
  }

  /// A flow's condition, cut to the form's limit.
  func condition(_ text: String) -> GraphText {
    GraphText(text, limit: form.conditionColumns, columns: columns)
  }
}
