import FoundationEssentials

/// A value of a process variable or of an expression: what JSON can say, with exact decimal numbers.
///
/// Equality is structural; numbers compare by value (`1.0 == 1`).
///
/// Numbers are exact as long as they are read, stored and written. Expressions calculate with 34 significant digits.
/// Calculate with expressions or with care: the operators of Foundation's `Decimal` end the process when a result
/// leaves their range (seen with `1e127 * 1e127`).
public enum Value: Sendable {
  /// The absence of a value; what a missing variable evaluates to.
  case null
  /// A truth value.
  case boolean(Bool)
  /// An exact decimal number, as FEEL and money want it. NaN has no place here and is written as null.
  case number(Decimal)
  /// Text.
  case string(String)
  /// An ordered list.
  case list([Value])
  /// Named values (a JSON object).
  case context(Context)
}

extension Value {
  /// How many lists and contexts may lie inside each other in a value that comes from outside or from an expression.
  ///
  /// The engine stores values inside of its own records, whose readers allow `JSONParser.maximumDepth`; the distance
  /// between the two is what makes every accepted value readable again.
  public static let maximumDepth = 128
}
