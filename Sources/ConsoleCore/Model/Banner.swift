/// A sentence that stays on the screen as long as it is true.
package struct Banner: Sendable, Hashable {
  package let text: SafeText
  package let severity: Notice.Severity

  init(_ text: SafeText, _ severity: Notice.Severity) {
    self.text = text
    self.severity = severity
  }
}

extension ConsoleModel {
  /// What the operator has to know before anything else, the worst first.
  package var banners: [Banner] {
    var banners: [Banner] = []
    if let loss {
      banners.append(Banner("the store is gone: nothing runs here any more, and this is how it was", .error))
      banners.append(Banner(loss, .error))
    } else if let writeFailure {
      banners.append(Banner("nothing can be stored, so nothing moves: " + writeFailure, .error))
    }
    if let failure { banners.append(Banner("the store cannot be read: " + failure, .error)) }
    if loss == nil, case .none(let since) = connection {
      let waiting = engine?.waitingCommands ?? 0
      let asked: SafeText = waiting == 0 ? "" : "; \(waiting) commands wait"
      let last: SafeText = since.map { " since " + clock.moment($0) } ?? ""
      let advice: SafeText = access == .full ? "; start one: sagatop serve" : ""
      banners.append(Banner("no engine is running" + last + ", nothing moves" + asked + advice, .warning))
    }
    if let past = instanceView?.past {
      banners.append(
        Banner(
          "the past: after event \(past.sequence) of \(past.lastSequence), " + clock.full(past.now)
            + "   [ ] step, Esc comes back", .information))
    }
    if let remark { banners.append(Banner(remark, .information)) }
    return banners
  }
}
