/// Where an expression finds its variables.
public protocol VariableScope {
  /// The value of a variable, or nil if there is none of this name.
  func value(ofVariable name: String) -> Value?
  /// All variables at once, for languages that cannot ask for one.
  var variables: Context { get }
}

extension Context: VariableScope {
  /// The value under the name.
  public func value(ofVariable name: String) -> Value? { self[name] }
  /// The context itself.
  public var variables: Context { self }
}

/// Contexts that lie over each other, such as the result of an activity over the variables of its instance.
public struct LayeredScope: VariableScope, Sendable {
  /// The contexts, the one that is asked first in front.
  public let layers: [Context]

  /// Lays contexts over each other, the one that is asked first in front.
  public init(_ layers: Context...) { self.layers = layers }

  /// The value in the first layer that has the name.
  public func value(ofVariable name: String) -> Value? {
    for layer in layers {
      if let value = layer[name] { return value }
    }
    return nil
  }

  /// The layers as one context.
  public var variables: Context {
    layers.reversed().reduce(Context()) { $0.merging($1) }
  }
}
