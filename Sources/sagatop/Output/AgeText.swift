import ConsoleCore

extension Duration {
  /// A length of time as the console says it: `4s`, `3m12s`, `2h05m`, `3d04h`.
  var ageText: String { AgeText.short(self).string }
}
