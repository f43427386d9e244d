/// What an operator can ask for, under the capital letter that opens its plan.
package enum VerbKind: CaseIterable, Sendable, Hashable {
  case retry
  case skip
  case cancel
  case terminate
  case compensate
  case pause
  case fire
  case complete
  case edit
  case delete

  package var key: KeyPress { .character(letter) }

  private var letter: Unicode.Scalar {
    switch self {
    case .retry: "R"
    case .skip: "K"
    case .cancel: "C"
    case .terminate: "X"
    case .compensate: "B"
    case .pause: "P"
    case .fire: "F"
    case .complete: "T"
    case .edit: "E"
    case .delete: "D"
    }
  }

  /// The word in the footer, in titles and behind `:`.
  package var title: SafeText {
    switch self {
    case .retry: "retry"
    case .skip: "skip"
    case .cancel: "cancel"
    case .terminate: "terminate"
    case .compensate: "back out"
    case .pause: "pause"
    case .fire: "fire"
    case .complete: "complete"
    case .edit: "edit"
    case .delete: "delete"
    }
  }

  /// The sentence in help.
  package var help: SafeText {
    switch self {
    case .retry: "try again what has failed: a step or a compensation"
    case .skip: "count a failed or waiting step as done, with outputs that you give"
    case .cancel: "end the instance in good order, without undoing anything"
    case .terminate: "end the instance at once, without waiting for handlers"
    case .compensate: "end forward work and undo what was done"
    case .pause: "let the instance rest, or go on"
    case .fire: "let the selected timer fire now"
    case .complete: "complete the user or external task, with outputs that you give"
    case .edit: "change variables in your editor, then offer a retry"
    case .delete: "delete an ended instance and its history"
    }
  }

  /// Whether JSON is asked for before the plan.
  var needsOutputs: Bool { self == .skip || self == .complete }

  /// Whether it cannot be made good again, so that the identifier itself has to be typed.
  package var isIrreversible: Bool { self == .terminate || self == .delete }

  /// Verbs by the words that people type.
  package static func named(_ word: String) -> VerbKind? {
    allCases.first { $0.words.contains(word) }
  }

  /// The words behind `:`.
  package var words: [String] {
    switch self {
    case .retry: ["retry"]
    case .skip: ["skip"]
    case .cancel: ["cancel"]
    case .terminate: ["terminate"]
    case .compensate: ["compensate"]
    case .pause: ["pause", "suspend", "resume"]
    case .fire: ["fire"]
    case .complete: ["complete"]
    case .edit: ["edit", "set"]
    case .delete: ["delete"]
    }
  }
}
