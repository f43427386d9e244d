import Testing

/// Definitions that several tests run.
enum Definitions {
  /// One step that fails until the file `open` is there or a variable `address` is given.
  static let broken = """
    process: broken
    name: Broken
    nodes:
      prepare: {set: {colour: "red"}, next: deliver}
      deliver:
        run: [./deliver.sh]
        next: end
    """

  static let deliver = """
    #!/bin/sh
    read -r task
    case $task in *'"address":"'*) exit 0 ;; esac
    [ -e "$(dirname "$0")/open" ] && exit 0
    echo "there is no address" >&2
    exit 65
    """

  /// A task for a person, a task for a worker, and a long wait, one after the other.
  static let waiting = """
    process: waiting
    name: Waiting
    saga: global
    nodes:
      prepare: {set: {colour: "red"}, compensate: {service: log, with: {message: '="undone"'}}, next: approve}
      approve:
        user: {assignee: grace}
        output: {approved: =result.approved}
        next: pay
      pay:
        external: {topic: payment, lease: 30s, attempts: 2}
        output: {receipt: =result.receipt}
        next: rest
      rest: {wait: 1h, next: end}
    """
}

extension Workplace {
  /// Deploys the definition with the failing step.
  func deployBroken() async throws {
    write("deliver.sh", Definitions.deliver)
    try await must("deploy", write("broken.yaml", Definitions.broken))
  }

  /// Deploys the definition with the waiting steps.
  func deployWaiting() async throws {
    try await must("deploy", write("waiting.yaml", Definitions.waiting))
  }
}
