import EngineCore
import EngineRuntime
import Glibc

@testable import BuiltinHandlers

/// A context with everything in it.
func testContext(
  _ configuration: Value = .null, businessKey: String? = "order-7", key: String = "1/2", attempt: Int = 1,
  variables: Context = Context(), folder: String = "", timeout: Duration? = nil, mode: TokenMode = .forward
) -> ActivityContext {
  ActivityContext(
    instance: InstanceID(1), businessKey: businessKey, process: "order-fulfilment@3", node: "reserve", mode: mode,
    attempt: attempt, idempotencyKey: key, epoch: 4, configuration: configuration, variables: variables,
    folder: folder, timeout: timeout, token: TokenID(2))
}

/// Runs a shell script through the `exec` handler.
func runShell(
  _ script: String, key: String = "1/2", variables: Context = Context(), folder: String = "",
  timeout: Duration? = nil, grace: Duration = .seconds(30), orphans: OrphanRegistry? = nil
) async -> WorkOutcome {
  await ExecHandler(ExecProtocol(grace: grace, orphans: orphans)).execute(
    testContext(["/bin/sh", "-c", .string(script)], key: key, variables: variables, folder: folder, timeout: timeout))
}

/// What a shell script that is run through the `exec` handler leaves beside its outcome.
func noteOfShell(_ script: String) async -> String? {
  let notes = NoteDesk()
  let work = WorkKey(instance: InstanceID(1), token: TokenID(2), attempt: 1)
  let context = testContext(["/bin/sh", "-c", .string(script)])
  _ = await ExecHandler(ExecProtocol()).execute(context.hearing(at: StopDesk(), notingAt: notes, as: work))
  return notes.take(of: work)
}

/// Runs a configuration through the `exec` handler.
func runConfiguration(_ configuration: Value, folder: String = "") async -> WorkOutcome {
  await ExecHandler(ExecProtocol()).execute(testContext(configuration, folder: folder))
}

extension WorkOutcome {
  /// The failure, if it is one.
  var failure: Failure? {
    if case .failed(let failure) = self { failure } else { nil }
  }

  /// The result, if it completed.
  var result: Value? {
    if case .completed(let result) = self { result } else { nil }
  }
}

/// The processes that work for an activity, or did and are still there.
func processes(withKey key: String) -> [pid_t] {
  ProcessStat.all().filter { stat in
    let environment = SmallFile.read("/proc/\(stat.process)/environ") ?? []
    return stat.isAlive
      && environment.split(separator: 0).contains { $0.elementsEqual("SAGATOP_IDEMPOTENCY_KEY=\(key)".utf8) }
  }.map(\.process)
}

/// A key that no other test uses.
func uniqueKey(_ folder: TestFolder) -> String { "key-\(folder.path)" }
