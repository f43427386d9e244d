import FoundationEssentials

/// A value of a process variable or of an expression: what JSON can say, with exact decimal numbers.
///
/// Equality is structural; numbers compare by value (`1.0 == 1`).
public indirect enum Value: Sendable, Hashable {
  /// The absence of a value; what a missing variable evaluates to.
  case null
  /// A truth value.
  case boolean(Bool)
  /// An exact decimal number, as FEEL and money want it.
  case number(Decimal)
  /// Text.
  case string(String)
  /// An ordered list.
  case list([Value])
  /// Named values (a JSON object).
  case context(Context)
}
