import EngineCore

/// What the panes know about the engine of the store.
package enum EnginePresence: Sendable, Hashable {
  /// Nothing is known, or it does not matter: the picture is one of the past.
  case unknown
  /// No process is the engine of this store.
  case none
  /// An engine is alive; its handlers, where they are known.
  case alive(handlers: Set<String>?)
}

/// Everything that the panes of one instance are drawn from, apart from what the operator did to them.
package struct PaneInput: Sendable {
  /// The instance with its history, read once.
  package var story: InstanceStory
  /// The present instant; in the past for a replayed instance.
  package var now: Timestamp
  /// How times are shown: seconds east of UTC.
  package var offsetSeconds: Int
  /// What is known about the engine.
  package var engine: EnginePresence

  package init(story: InstanceStory, now: Timestamp, offsetSeconds: Int = 0, engine: EnginePresence = .unknown) {
    self.story = story
    self.now = now
    self.offsetSeconds = offsetSeconds
    self.engine = engine
  }

  package var detail: InstanceDetail { story.detail }
  package var instance: ProcessInstance { story.detail.instance }
  package var definition: ProcessDefinition { story.detail.deployed.definition }
  package var clock: PaneClock { PaneClock(now: now, offsetSeconds: offsetSeconds) }
}
