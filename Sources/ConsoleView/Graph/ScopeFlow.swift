/// A flow of one scope, between blocks named by their position in the scope.
struct ScopeFlow {
  /// The block that it leaves.
  var source: Int
  /// The port of the source that it leaves by.
  var port: Int
  /// The block that it enters.
  var target: Int
  /// The edge of the model.
  var edge: Int
  /// The condition beside the line.
  var caption: GraphText?
}
