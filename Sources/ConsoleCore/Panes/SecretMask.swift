import EngineCore

/// Hides values whose name says that they are secret.
package enum SecretMask {
  /// What is shown instead.
  package static let mask = "••••••"

  private static let patterns = [
    "password", "passwd", "passphrase", "secret", "credential", "apikey", "privatekey", "accesskey", "authorization",
    "cvv",
  ]

  /// Whether a name promises a secret: case, hyphens and underscores do not matter.
  package static func isSecret(_ name: String) -> Bool {
    let plain = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." && $0 != " " }
    return plain.hasSuffix("token") || patterns.contains { plain.contains($0) }
  }

  /// A value with everything hidden that stands under a secret name, at any depth.
  package static func masked(_ value: Value) -> Value {
    switch value {
    case .null, .boolean, .number, .string: value
    case .list(let elements): .list(elements.map(masked))
    case .context(let context): .context(masked(context))
    }
  }

  /// A context with everything hidden that stands under a secret name.
  package static func masked(_ context: Context) -> Context {
    var result = context
    for entry in context.entries {
      result[entry.name] = isSecret(entry.name) && !entry.value.isNull ? .string(mask) : masked(entry.value)
    }
    return result
  }
}
