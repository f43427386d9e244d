/// The one table of keys for each thing that can have them. Handling, help and the foot of the screen all come from it.
package enum KeyTable {
  /// The keys that mean something, in the order in which help lists them.
  package static func bindings(in context: KeyContext) -> [KeyBinding] {
    switch context {
    case .list(let kind): lists[kind.rawValue]
    case .instance(let pane): panes[pane.rawValue]
    case .prompt: prompt
    case .help: help
    case .sheet(.planning): planning
    case .sheet(.deciding): deciding
    case .sheet(.running), .sheet(.paused): running
    case .sheet(.finished): finished
    }
  }

  /// What a key means.
  package static func binding(for key: KeyPress, in context: KeyContext) -> KeyBinding? {
    bindings(in: context).first { $0.keys.contains(key) }
  }

  private static let lists: [[KeyBinding]] = (0...9).map { number in
    ViewKind(rawValue: number).map(KeyTable.list) ?? []
  }

  private static let panes: [[KeyBinding]] = Pane.allCases.map(KeyTable.pane)
}

// MARK: Lists and panes

extension KeyTable {
  private static func list(_ kind: ViewKind) -> [KeyBinding] {
    guard kind != .engine else { return going(kind) + views + looking + program }
    let views = kind == .instances ? viewsAtHome : views
    return going(kind) + views + motion + choosing(kind) + looking + marking(kind) + changing(kind) + program
  }

  private static func going(_ kind: ViewKind) -> [KeyBinding] {
    let opening: [KeyBinding]
    switch kind {
    case .definitions:
      opening = [
        KeyBinding([.enter], .open, "its instances", "show the instances of this version", .going, isInFooter: true),
        KeyBinding(["f"], .follow, "instances", "show the instances of this version", .going),
      ]
    case .engine: opening = []
    case .instances, .incidents, .timers, .compensation, .tasks:
      opening = [
        KeyBinding([.enter], .open, "open", "open the instance", .going, isInFooter: true),
        KeyBinding(["o"], .parent, "definition", "go to the definition it runs", .going),
      ]
    case .audit:
      opening = [KeyBinding([.enter], .open, "open", "open the instance", .going, isInFooter: true)]
    }
    return opening + leaving
  }

  private static let leaving: [KeyBinding] = [
    KeyBinding([.escape], .back, "back", "one step back: past, range, filter, marks, view", .going),
    KeyBinding(["q"], .quit, "quit", "back to where this was opened from; at home: quit", .going, isInFooter: true),
    KeyBinding(["-"], .lastView, "last view", "the view before this one, and back again", .going),
    KeyBinding([":"], .commandLine, "command", "type a view, an instance's number or a verb", .going),
  ]

  private static let views: [KeyBinding] = ViewKind.allCases.map { kind in
    KeyBinding([kind.key], .view(kind), kind.title, "the view of " + kind.title, .going)
  }

  /// At home the way to what is stuck stands at the foot.
  private static let viewsAtHome: [KeyBinding] = ViewKind.allCases.map { kind in
    KeyBinding(
      [kind.key], .view(kind), kind.title, "the view of " + kind.title, .going, isInFooter: kind == .incidents)
  }

  private static let motion: [KeyBinding] = [
    KeyBinding(["j", .down], .move(.down), "down", "one line down", .moving),
    KeyBinding(["k", .up], .move(.up), "up", "one line up", .moving),
    KeyBinding([.control("d")], .move(.halfPageDown), "half down", "half a screen down", .moving),
    KeyBinding([.control("u")], .move(.halfPageUp), "half up", "half a screen up", .moving),
    KeyBinding([.control("f"), .pageDown], .move(.pageDown), "page down", "a screen down", .moving),
    KeyBinding([.control("b"), .pageUp], .move(.pageUp), "page up", "a screen up", .moving),
    KeyBinding(["g", .home], .move(.top), "first", "the first line; new ones come in above it", .moving),
    KeyBinding(["G", .end], .move(.bottom), "last", "the last line at hand", .moving),
  ]

  private static let panning: [KeyBinding] = [
    KeyBinding(["h", .left], .move(.left), "left", "to the left", .moving),
    KeyBinding(["l", .right], .move(.right), "right", "to the right", .moving),
  ]

  private static func choosing(_ kind: ViewKind) -> [KeyBinding] {
    let filterHelp: SafeText =
      kind.filtering == .store
      ? "choose rows while you type: state: def: key: node: error: var.NAME= age> changed< due<, or any text"
      : "choose rows by any text while you type"
    return [
      KeyBinding(["/"], .filter, "filter", filterHelp, .looking, isInFooter: true),
      KeyBinding(["n"], .searchNext, "next", "the next row with the text of the last filter", .looking),
      KeyBinding(["N"], .searchPrevious, "previous", "the row before with the text of the last filter", .looking),
      KeyBinding(["s"], .sort, "sort", "the next order of rows", .looking),
      KeyBinding(["w"], .wide, "wide", "more columns, or fewer", .looking),
    ]
  }

  private static let looking: [KeyBinding] = [
    KeyBinding(["p"], .freeze, "freeze", "freeze the picture, or let it go on", .looking),
    KeyBinding(["z"], .timeZone, "time zone", "local time or UTC", .looking),
  ]

  private static func marking(_ kind: ViewKind) -> [KeyBinding] {
    switch kind {
    case .definitions, .audit, .engine: return []
    case .instances, .incidents, .timers, .compensation, .tasks:
      return [
        KeyBinding([.character(" ")], .mark, "mark", "mark the row, or unmark it", .marking),
        KeyBinding(["V"], .markRange, "range", "mark all rows from here to where it is pressed again", .marking),
        KeyBinding(["*"], .markAll, "mark all", "mark all rows that the filter means", .marking),
      ]
    }
  }

  private static func changing(_ kind: ViewKind) -> [KeyBinding] {
    switch kind {
    case .definitions, .audit, .engine: []
    case .timers: verbs(inFooter: [.fire, .retry, .cancel])
    case .tasks: verbs(inFooter: [.complete, .skip, .edit, .cancel])
    case .compensation: verbs(inFooter: [.retry, .skip, .edit])
    case .incidents: verbs(inFooter: [.retry, .edit, .skip, .compensate, .cancel])
    case .instances: verbs(inFooter: [.retry, .edit, .compensate, .cancel, .pause, .delete])
    }
  }

  private static func verbs(inFooter shown: [VerbKind]) -> [KeyBinding] {
    // Those in the footer come first and in the order that is given.
    let order = shown + VerbKind.allCases.filter { !shown.contains($0) }
    return order.map { kind in
      KeyBinding([kind.key], .verb(kind), kind.title, kind.help, .changing, isInFooter: shown.contains(kind))
    }
  }

  private static func pane(_ pane: Pane) -> [KeyBinding] {
    var going: [KeyBinding] = [
      KeyBinding([.tab], .nextPane, "next pane", "the next pane", .going, isInFooter: true),
      KeyBinding([.backTab], .previousPane, "pane before", "the pane before", .going),
      KeyBinding(["o"], .parent, "definition", "go to the definition it runs", .going),
    ]
    switch pane {
    case .events, .variables:
      going.insert(KeyBinding([.enter], .open, "unfold", "open or close what is under the cursor", .going), at: 0)
    case .graph:
      going.append(
        KeyBinding(["f"], .follow, "follow", "keep the token in sight, or let the graph rest", .going, isInFooter: true)
      )
    case .tokens, .timers, .compensation, .timeline, .why, .commands: break
    }
    let history: [KeyBinding] = [
      KeyBinding(["["], .stepBack, "step back", "show the instance as it was an event earlier", .looking),
      KeyBinding(["]"], .stepForward, "step forward", "show it as it was an event later", .looking),
    ]
    let searching: [KeyBinding] = [
      KeyBinding(["/"], .filter, "search", "find text in the pane", .looking),
      KeyBinding(["n"], .searchNext, "next", "the next line with that text", .looking),
      KeyBinding(["N"], .searchPrevious, "previous", "the line before with that text", .looking),
    ]
    let shown: [VerbKind] =
      switch pane {
      case .timers: [.fire, .retry, .cancel]
      case .tokens: [.retry, .skip, .complete, .edit]
      case .variables: [.edit, .retry]
      case .graph, .compensation, .timeline, .events, .why, .commands:
        [.retry, .edit, .skip, .compensate, .cancel, .pause]
      }
    return going + leaving + views + motion + panning + searching + history + looking + verbs(inFooter: shown)
      + program
  }

  private static let program: [KeyBinding] = [
    KeyBinding(["?"], .help, "help", "these keys", .program, isInFooter: true),
    KeyBinding(["y"], .copy, "copy", "copy the command line that shows the same", .program),
    KeyBinding(["x"], .writeScreen, "write", "write the screen to a file", .program),
    KeyBinding([.control("l")], .redraw, "redraw", "paint the screen anew", .program),
    KeyBinding([.control("z")], .suspend, "suspend", "stop the program; `fg` brings it back", .program),
  ]
}

// MARK: What lies over a view

extension KeyTable {
  private static let prompt: [KeyBinding] = [
    KeyBinding([.enter], .prompt(.accept), "take", "take the text", .going, isInFooter: true),
    KeyBinding([.escape, .control("g")], .prompt(.close), "leave", "leave it", .going, isInFooter: true),
    KeyBinding([.tab], .prompt(.complete), "complete", "complete the word", .looking, isInFooter: true),
    KeyBinding([.up, .control("p")], .prompt(.earlier), "earlier", "the command before", .looking),
    KeyBinding([.down, .control("n")], .prompt(.later), "later", "the command after", .looking),
  ]

  private static let scrolling: [KeyBinding] = [
    KeyBinding([.up], .move(.up), "up", "one line up", .moving),
    KeyBinding([.down], .move(.down), "down", "one line down", .moving),
    KeyBinding([.pageUp, .control("b")], .move(.pageUp), "page up", "a screen up", .moving),
    KeyBinding([.pageDown, .control("f")], .move(.pageDown), "page down", "a screen down", .moving),
  ]

  private static let help: [KeyBinding] =
    [
      KeyBinding(
        [.escape, "q", "?", .enter], .closeHelp, "close", "close help", .going, isInFooter: true),
      KeyBinding(["j"], .move(.down), "down", "one line down", .moving),
      KeyBinding(["k"], .move(.up), "up", "one line up", .moving),
    ] + scrolling

  private static let planning: [KeyBinding] = [
    KeyBinding([.escape, .enter, "q"], .sheet(.close), "leave", "leave everything as it is", .going, isInFooter: true)
  ]

  private static let deciding: [KeyBinding] =
    [
      KeyBinding([.escape], .sheet(.close), "leave", "leave everything as it is", .going, isInFooter: true),
      KeyBinding(
        [.enter], .sheet(.accept), "as chosen", "on Cancel: leave; behind the typed word: carry the plan out", .going,
        isInFooter: true),
      KeyBinding(
        [.tab], .sheet(.nextField), "next field", "from Cancel to the word, to the reason", .going, isInFooter: true),
      KeyBinding([.backTab], .sheet(.previousField), "field before", "the field before", .going),
      KeyBinding([.control("y")], .sheet(.copy), "copy", "copy the command line that does the same", .program),
    ] + scrolling

  private static let running: [KeyBinding] =
    [
      KeyBinding(
        ["P"], .sheet(.pauseWork), "pause", "rest after the batch under way, or go on", .changing, isInFooter: true),
      KeyBinding(
        [.escape], .sheet(.close), "stop", "leave the targets that are still to come as they are", .going,
        isInFooter: true),
    ] + scrolling

  private static let finished: [KeyBinding] =
    [KeyBinding([.escape, .enter, "q"], .sheet(.close), "close", "close the results", .going, isInFooter: true)]
    + scrolling
}
