// The question at 3 a.m. is: why does this instance not go on, and what do I press? The report answers in that order:
// what holds for the whole instance, then what needs a person, then what waits, then what moves by itself.

import EngineCore

/// In plain words: what each live token waits for, since when, and what would move it.
package struct WhyReport: Sendable, Hashable {
  /// How much something asks for attention.
  package enum Urgency: Int, Sendable, Hashable, Comparable {
    /// It is so, and nothing has to be done.
    case note
    /// It holds for the whole instance.
    case notice
    /// Only a person moves it.
    case needsPerson
    /// It waits for something outside.
    case waits
    /// The engine is at work.
    case moves

    package static func < (left: Urgency, right: Urgency) -> Bool { left.rawValue < right.rawValue }
  }

  /// A key and what it would do here.
  package struct Action: Sendable, Hashable {
    package let key: SafeText
    package let effect: SafeText
  }

  /// One answer.
  package struct Item: Sendable, Hashable {
    /// What it is about; verbs act on it.
    package var subject: PaneSubject?
    package var urgency: Urgency
    /// What is the case, as short as it can be said.
    package var headline: SafeText
    /// More about it, a sentence each.
    package var sentences: [SafeText] = []
    /// What would move it, the usual way first.
    package var actions: [Action] = []
    /// The end of what the last attempt wrote to standard error.
    package var output: [SafeText] = []
    /// Which attempt that was, and how much is left out.
    package var outputTitle = SafeText()

    package init(_ headline: SafeText, about subject: PaneSubject? = nil, urgency: Urgency) {
      self.headline = headline
      self.subject = subject
      self.urgency = urgency
    }

    mutating func say(_ sentence: SafeText) { sentences.append(sentence) }

    mutating func offer(_ key: SafeText, _ effect: SafeText) { actions.append(Action(key: key, effect: effect)) }
  }

  /// The answers, the most urgent first.
  package let items: [Item]

  /// Reads an instance. O(live tokens · nodes) at worst.
  package init(_ input: PaneInput) {
    var items = WhyInstance(input).items
    let tokens = WhyTokens(input).items.enumerated().sorted {
      ($0.element.urgency, $0.offset) < ($1.element.urgency, $1.offset)
    }
    items.append(contentsOf: tokens.map(\.element))
    self.items = items
  }
}
