import EngineCore
import EngineRuntime
import Glibc
import SQLiteAdapter

// One thread does everything: the loop is driven by hand and handlers report at once. So instruction counts repeat, and
// callgrind, which cannot follow the shared pool, can look at it:
//
//     LoopProbe FOLDER sequence|saga INSTANCES WINDOW

/// Runs every handler where it is started.
final class ProbeRunner: WorkRunner {
  var messages: [Message] = []

  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    let failure = Failure(code: "PROBE", message: "as asked", isRetryable: false)
    let fails = context.node == "last"
    messages.append(.workFinished(work, fails ? .failed(failure) : .completed(result: .null)))
  }

  func stop(_ work: WorkKey, immediately: Bool) {}
  func finished(_ work: WorkKey) {}

  func post(_ verb: Verb) {
    let issuer = Issuer(user: "probe", host: "here", source: "probe")
    messages.append(.command(OperatorCommand(key: "", verb: verb, issuer: issuer), reply: { _ in }))
  }

  func take(_ limit: Int) -> [Message] {
    let taken = Array(messages.prefix(limit))
    messages.removeFirst(taken.count)
    return taken
  }
}

/// Counts the instances that have come to their end. The loop calls it on the thread of the program.
final class ProbeMeter: EngineObserver, @unchecked Sendable {
  var ended = 0

  func committed(_ units: [UnitOfWork]) {
    for unit in units where unit.instance.state.isEnd { ended += 1 }
  }

  func noticed(_ notice: EngineNotice) { print(notice) }
}

func definition(isSaga: Bool) -> ProcessDefinition {
  let work = Work.handler(name: "noop", configuration: .literal(.null))
  let activity = Activity(work: work, compensation: isSaga ? Compensation(work: work) : nil)
  let nodes = (1...10).map { NodeDefinition(id: isSaga && $0 == 10 ? "last" : "step\($0)", kind: .activity(activity)) }
  let flows = (1..<10).map { SequenceFlow(from: NodeIndex(rawValue: $0 - 1), to: NodeIndex(rawValue: $0)) }
  return ProcessDefinition(
    key: "probe", saga: isSaga ? .global : .none, nodes: nodes, flows: flows, start: NodeIndex(rawValue: 0))
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let instances = Int(arguments[3]), let window = Int(arguments[4]) else {
  print("LoopProbe FOLDER sequence|saga INSTANCES WINDOW")
  exit(2)
}
let path = arguments[1] + "/probe.db"
let runner = ProbeRunner()
let meter = ProbeMeter()
var handlers = HandlerRegistry()
handlers.register("noop") { _ in .completed(result: .null) }
var configuration = EngineConfiguration()
configuration.concurrentHandlers = window
configuration.cachedInstances = 4 * window
let loop = EngineLoop(
  store: try SQLiteStore(path: path), handlers: handlers, configuration: configuration, clock: SystemClock(),
  holder: LeaseHolder(thisProcess: path), observer: meter, runner: runner, takeMessages: { runner.take($0) })
try loop.open()

runner.post(.deploy(definition(isSaga: arguments[2] == "saga"), folder: "/"))
_ = loop.turn()
var started = 0
while meter.ended < instances {
  while started < instances, started - meter.ended < window {
    runner.post(.start(process: "probe", version: nil, businessKey: nil, variables: Context()))
    started += 1
  }
  _ = loop.turn()
}
loop.close()
