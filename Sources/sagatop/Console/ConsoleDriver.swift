import ConsoleCore
import ConsoleTerminal
import ConsoleView
import EngineCore
import EngineRuntime
import SQLiteAdapter
import Synchronization

/// Connects the console's pure heart with the terminal, the store and the clock.
///
/// The session's thread owns the model; reading, planning and executing happen in tasks that post what came of them
/// and wake it.
final class ConsoleDriver {
  private var model: ConsoleModel
  private let store: ConsoleStore
  private let inbox: MessageInbox
  private let panes: PaneCache
  private var lastFrame: Frame?
  private var editor: VariableEditor?
  private var isEnding = false
  private var nextTick: ContinuousClock.Instant

  /// How often the header's clock and the ages go on.
  private static let tick = Duration.seconds(1)

  init(model: ConsoleModel, store: ConsoleStore, panes: PaneCache, waker: TerminalWaker) {
    self.model = model
    self.panes = panes
    self.store = store
    inbox = MessageInbox(waker: waker)
    nextTick = .now + Self.tick
  }

  /// Watches the store for what others commit and for what becomes of its file, until the task is cancelled.
  func watchStore(_ news: StoreNews) -> Task<Void, Never> {
    news.tell(inbox)
    let watch = ChangeWatch(reader: store.reader, inbox: inbox, news: news)
    return Task.detached { await watch.run() }
  }

  /// Takes up everything that has happened and answers with the next picture.
  func handle(_ events: [TerminalEvent]) -> TerminalResponse {
    var action = TerminalAction.none
    for event in events {
      switch event {
      case .key(let key): take(.key(key), &action)
      case .resized(let width, let height): take(.resized(width: width, height: height), &action)
      case .woken, .deadline, .resumed: break
      case .childEnded(let outcome): finishEditing(outcome, &action)
      }
    }
    for message in inbox.take() { take(message, &action) }
    if ContinuousClock.now >= nextTick {
      nextTick = .now + Self.tick
      take(.tick(SystemClock.now), &action)
    }
    if isEnding { return TerminalResponse(action: .end) }
    let frame = ConsoleScreen.render(model) { [panes] in panes.content($0, $1, $2, $3) }
    defer { lastFrame = frame }
    return TerminalResponse(frame: frame == lastFrame ? nil : frame, deadline: nextTick, action: action)
  }

  private func take(_ message: ConsoleMessage, _ action: inout TerminalAction) {
    for effect in update(&model, message) { carryOut(effect, &action) }
  }

  private func carryOut(_ effect: ConsoleEffect, _ action: inout TerminalAction) {
    let store = store
    let inbox = inbox
    switch effect {
    case .load(let request):
      Task.detached {
        do throws(StoreFailure) {
          inbox.post(.loaded(request.generation, try store.load(request.content)))
        } catch {
          inbox.post(.loadFailed(request.generation, message: error.description))
        }
      }
    case .plan(let request):
      Task.detached { inbox.post(.planned(request.generation, request.commands.map(store.plan))) }
    case .execute(let request):
      Task.detached {
        for command in request.commands {
          let answer = await store.execute(command, reason: request.reason)
          inbox.post(.executed(request.generation, [answer]))
        }
      }
    case .edit(let request): edit(request, &action)
    case .copy(let text): action = .copy(text)
    case .writeScreen: writeScreen()
    case .redraw: action = .redraw
    case .suspend: action = .suspend
    case .quit: isEnding = true
    }
  }

  private func edit(_ request: EditRequest, _ action: inout TerminalAction) {
    do {
      let editor = try VariableEditor(request, reader: store.reader)
      self.editor = editor
      action = .run(TerminalChild(arguments: editor.arguments))
    } catch {
      inbox.post(.edited(request.generation, .failed(message: error.message)))
    }
  }

  private func finishEditing(_ outcome: TerminalChild.Outcome, _ action: inout TerminalAction) {
    guard let editor else { return }
    self.editor = nil
    take(.edited(editor.request.generation, editor.answer(after: outcome)), &action)
  }

  private func writeScreen() {
    guard let lastFrame else { return }
    let name = "sagatop-\(SystemClock.now.microseconds / 1_000_000).txt"
    do {
      try TextFile.create(name, text: lastFrame.text(isUTF8: true) + "\n")
      inbox.post(.noticed(.information, message: "the screen was written to \(name)"))
    } catch {
      inbox.post(.noticed(.error, message: error.message))
    }
  }
}

/// Where tasks leave what they have for the session's thread.
final class MessageInbox: Sendable {
  private let messages = Mutex<[ConsoleMessage]>([])
  private let waker: TerminalWaker

  init(waker: TerminalWaker) { self.waker = waker }

  func post(_ message: ConsoleMessage) {
    messages.withLock { $0.append(message) }
    waker.wake()
  }

  func take() -> [ConsoleMessage] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}

/// Notices within 50 ms that anybody has committed something, or that the file is gone.
struct ChangeWatch: Sendable {
  let reader: SQLiteReader
  let inbox: MessageInbox
  let news: StoreNews

  /// One look costs a few microseconds.
  private static let pause = Duration.milliseconds(50)

  func run() async {
    var last: Int64?
    while !Task.isCancelled {
      do throws(StoreFailure) {
        try reader.requirePlace()
      } catch {
        if error.kind == .gone { return news.lose(error) }
      }
      if let stamp = try? reader.changeStamp(), stamp != last {
        if last != nil { inbox.post(.storeChanged) }
        last = stamp
      }
      try? await Task.sleep(for: Self.pause)
    }
  }
}
