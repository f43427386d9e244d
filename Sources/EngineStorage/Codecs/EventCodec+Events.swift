import EngineCore

/// Messages, signals, conditions and escalations in stored history.
extension EventCodec {
  static func writeEvent(_ event: ProcessEvent, _ writer: inout JSONWriter) {
    switch event {
    case .subscriptionOpened(let subscription):
      put(.subscriptionOpened, &writer) {
        $0.writeInteger(subscription.id.rawValue)
        $0.writeInteger(subscription.token.rawValue)
        $0.writeInteger(subscription.scope.rawValue)
        $0.writeInteger(subscription.node.rawValue)
        $0.writeInteger(subscription.kind.rawValue)
        $0.writeString(subscription.name)
        $0.writeString(subscription.correlationKey)
        $0.writeInteger(subscription.openedAt.microseconds)
      }
    case .subscriptionTriggered(let subscription, let event):
      put(.subscriptionTriggered, &writer) {
        $0.writeInteger(subscription.rawValue)
        $0.writeString(event)
      }
    case .subscriptionClosed(let subscription): put(.subscriptionClosed, &writer, subscription.rawValue)
    case .conditionChanged(let subscription, let holds):
      put(.conditionChanged, &writer, subscription.rawValue, holds ? 1 : 0)
    case .eventSubprocessTriggered(let node, let scope, let code):
      put(.eventSubprocessTriggered, &writer) {
        $0.writeInteger(node.rawValue)
        $0.writeInteger(scope.rawValue)
        $0.writeString(code)
      }
    case .messageThrown(let token, let node, let message):
      put(.messageThrown, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeInteger(node.rawValue)
        $0.writeString(message.name)
        $0.writeString(message.correlationKey)
        $0.write(message.variables)
        $0.writeInteger(message.timeToLive.wholeMicroseconds)
      }
    case .signalThrown(let token, let node, let name, let variables):
      put(.signalThrown, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeInteger(node.rawValue)
        $0.writeString(name)
        $0.write(variables)
      }
    case .escalationThrown(let token, let node, let code):
      put(.escalationThrown, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeInteger(node.rawValue)
        $0.writeString(code)
      }
    case .eventDeferred(let subscription, let delivery):
      put(.eventDeferred, &writer) {
        $0.writeInteger(subscription.rawValue)
        $0.writeString(delivery.event)
        $0.write(delivery.variables)
      }
    default: break
    }
  }

  static func readEvent(_ kind: EventCode, _ fields: inout FieldReader) throws(DecodingFault) -> ProcessEvent {
    switch kind {
    case .subscriptionOpened:
      return .subscriptionOpened(
        Subscription(
          id: try fields.id(), token: try fields.id(), scope: try fields.id(), node: try fields.node(),
          kind: try fields.code(), name: try fields.string(), correlationKey: try fields.optionalString(),
          openedAt: try fields.timestamp()))
    case .subscriptionTriggered:
      return .subscriptionTriggered(subscription: try fields.id(), event: try fields.optionalString())
    case .subscriptionClosed: return .subscriptionClosed(subscription: try fields.id())
    case .conditionChanged: return .conditionChanged(subscription: try fields.id(), holds: try fields.integer() != 0)
    case .eventSubprocessTriggered:
      return .eventSubprocessTriggered(
        node: try fields.node(), scope: try fields.id(), code: try fields.optionalString())
    case .messageThrown:
      let token: TokenID = try fields.id()
      let node = try fields.node()
      return .messageThrown(
        token: token, node: node,
        message: OutgoingMessage(
          name: try fields.string(), correlationKey: try fields.optionalString(), variables: try fields.context(),
          timeToLive: .microseconds(try fields.integer())))
    case .signalThrown:
      return .signalThrown(
        token: try fields.id(), node: try fields.node(), name: try fields.string(), variables: try fields.context())
    case .escalationThrown:
      return .escalationThrown(token: try fields.id(), node: try fields.node(), code: try fields.string())
    default:
      return .eventDeferred(
        subscription: try fields.id(),
        delivery: EventDelivery(event: try fields.string(), variables: try fields.context()))
    }
  }
}
