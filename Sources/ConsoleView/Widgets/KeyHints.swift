import ConsoleCore

/// The keys at the foot of the screen, from the same table that handles them.
enum KeyHints {
  private struct Hint {
    let key: SafeText
    let label: SafeText
    let isOff: Bool

    var columns: Int { key.columns + 1 + label.columns }
  }

  private static let gap = 2

  static func draw(_ model: ConsoleModel, y: Int, on canvas: inout Canvas) {
    let scope = model.verbScope
    var hints = KeyTable.bindings(in: model.context).filter(\.isInFooter).compactMap { binding -> Hint? in
      guard let key = binding.keys.first else { return nil }
      let isOff = model.availability(of: binding.command, scope: scope) != .enabled
      return Hint(key: key.label, label: label(binding, model, scope.targets), isOff: isOff)
    }
    // Leaving stands last. Where room is scarce, what is off goes first, then what comes last; help stays.
    if let quit = hints.firstIndex(where: { $0.key.string == "q" }) { hints.append(hints.remove(at: quit)) }
    while total(hints) > canvas.width - 2, hints.count > 1 {
      let last = hints.lastIndex { $0.key.string != "?" } ?? 0
      hints.remove(at: hints.lastIndex(where: \.isOff) ?? last)
    }
    var x = 1
    for hint in hints {
      x += canvas.write(hint.key, x: x, y: y, role: hint.isOff ? .keyDisabled : .key)
      x += 1
      x += canvas.write(hint.label, x: x, y: y, role: hint.isOff ? .keyDisabled : .keyLabel)
      x += gap
    }
  }

  /// The word for a key; a paused instance resumes with the key that pauses it.
  private static func label(_ binding: KeyBinding, _ model: ConsoleModel, _ targets: [VerbTarget]) -> SafeText {
    switch binding.command {
    case .verb(.pause) where !targets.isEmpty && targets.allSatisfy({ $0.summary.isSuspended }): return "resume"
    case .sheet(.pauseWork):
      if case .sheet(.paused) = model.context { return "go on" }
      return binding.label
    case .quit where model.path.count > 1: return "back"
    case .move, .open, .back, .quit, .lastView, .view, .nextPane, .previousPane, .parent, .follow, .stepBack,
      .stepForward, .commandLine, .filter, .searchNext, .searchPrevious, .sort, .wide, .freeze, .timeZone, .mark,
      .markRange, .markAll, .verb, .help, .copy, .writeScreen, .redraw, .suspend, .prompt, .sheet, .closeHelp:
      return binding.label
    }
  }

  private static func total(_ hints: [Hint]) -> Int {
    hints.reduce(0) { $0 + $1.columns } + gap * max(0, hints.count - 1)
  }
}
