/// What a cell means. Views speak of roles only; the theme alone knows colours.
///
/// The dotted name is the scope by which a theme refers to a role.
package enum StyleRole: UInt8, CaseIterable, Hashable, Sendable {
  case text, textMuted, textStrong, textLink
  case header, headerMuted, headerWarning, headerError
  case breadcrumb, breadcrumbFilter
  case footer, key, keyLabel, keyDisabled
  case banner, bannerWarning, bannerError
  case error, warning, success
  case prompt, promptText, promptError
  case border, borderFocused, paneTitle, paneTitleFocused
  case tableHeader, tableHeaderSorted, tableRow, tableMarked, tableMuted
  case selection
  case searchMatch
  case stateRunning, stateWaiting, stateSuspended, stateCompleted, stateFailed, stateCompensating, stateCompensated
  case stateCancelled, stateTerminated, stateIncident
  case graphNode, graphNodeSelected, graphEdge, graphEdgeBack, graphLabel
  case graphToken, graphTimer, graphFailed, graphCompensating, graphDone
  case planTitle, planDanger, planSafe, planTarget
  case timerPending, timerOverdue
  case timelineBar, timelineWait, timelineRetry
  case jsonKey, jsonString, jsonNumber, jsonLiteral, jsonPunctuation
  case diffAdded, diffRemoved
  case sparkline, gaugeFilled, gaugeEmpty

  /// The scope in a theme: the part before a dot stands for all that begins with it.
  package var name: String {
    switch self {
    case .text: "text"
    case .textMuted: "text.muted"
    case .textStrong: "text.strong"
    case .textLink: "text.link"
    case .header: "header"
    case .headerMuted: "header.muted"
    case .headerWarning: "header.warning"
    case .headerError: "header.error"
    case .breadcrumb: "breadcrumb"
    case .breadcrumbFilter: "breadcrumb.filter"
    case .footer: "footer"
    case .key: "key"
    case .keyLabel: "key.label"
    case .keyDisabled: "key.disabled"
    case .banner: "banner"
    case .bannerWarning: "banner.warning"
    case .bannerError: "banner.error"
    case .error: "error"
    case .warning: "warning"
    case .success: "success"
    case .prompt: "prompt"
    case .promptText: "prompt.text"
    case .promptError: "prompt.error"
    case .border: "border"
    case .borderFocused: "border.focused"
    case .paneTitle: "pane.title"
    case .paneTitleFocused: "pane.title.focused"
    case .tableHeader: "table.header"
    case .tableHeaderSorted: "table.header.sorted"
    case .tableRow: "table.row"
    case .tableMarked: "table.marked"
    case .tableMuted: "table.muted"
    case .selection: "selection"
    case .searchMatch: "search.match"
    case .stateRunning: "state.running"
    case .stateWaiting: "state.waiting"
    case .stateSuspended: "state.suspended"
    case .stateCompleted: "state.completed"
    case .stateFailed: "state.failed"
    case .stateCompensating: "state.compensating"
    case .stateCompensated: "state.compensated"
    case .stateCancelled: "state.cancelled"
    case .stateTerminated: "state.terminated"
    case .stateIncident: "state.incident"
    case .graphNode: "graph.node"
    case .graphNodeSelected: "graph.node.selected"
    case .graphEdge: "graph.edge"
    case .graphEdgeBack: "graph.edge.back"
    case .graphLabel: "graph.label"
    case .graphToken: "graph.token"
    case .graphTimer: "graph.timer"
    case .graphFailed: "graph.failed"
    case .graphCompensating: "graph.compensating"
    case .graphDone: "graph.done"
    case .planTitle: "plan.title"
    case .planDanger: "plan.danger"
    case .planSafe: "plan.safe"
    case .planTarget: "plan.target"
    case .timerPending: "timer.pending"
    case .timerOverdue: "timer.overdue"
    case .timelineBar: "timeline.bar"
    case .timelineWait: "timeline.wait"
    case .timelineRetry: "timeline.retry"
    case .jsonKey: "json.key"
    case .jsonString: "json.string"
    case .jsonNumber: "json.number"
    case .jsonLiteral: "json.literal"
    case .jsonPunctuation: "json.punctuation"
    case .diffAdded: "diff.added"
    case .diffRemoved: "diff.removed"
    case .sparkline: "sparkline"
    case .gaugeFilled: "gauge.filled"
    case .gaugeEmpty: "gauge.empty"
    }
  }
}
