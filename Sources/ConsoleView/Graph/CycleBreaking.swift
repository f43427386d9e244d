/// Finds the flows that lead back, so that the rest has no circle.
///
/// A depth-first walk in document order, from the starts: a flow into a node whose walk is not finished leads back.
/// What an author wrote first is forward; what returns to it is the loop.
enum CycleBreaking {
  /// For each flow whether it leads back. Costs time linear in blocks and flows.
  static func leadsBack(_ flows: [ScopeFlow], blocks: Int, starts: [Int]) -> [Bool] {
    var leaving = Array(repeating: [Int](), count: blocks)
    var entered = Array(repeating: false, count: blocks)
    for (index, flow) in flows.enumerated() {
      leaving[flow.source].append(index)
      if flow.source != flow.target { entered[flow.target] = true }
    }
    for index in leaving.indices {
      leaving[index].sort { (flows[$0].port, $0) < (flows[$1].port, $1) }
    }
    var leadsBack = Array(repeating: false, count: flows.count)
    var state = Array(repeating: Visit.unseen, count: blocks)
    let roots = starts + (0..<blocks).filter { !entered[$0] } + Array(0..<blocks)
    for root in roots where state[root] == .unseen {
      // The walk keeps its own stack: a chain of thousands of nodes must not exhaust a thread's.
      var path = [(block: root, next: 0)]
      state[root] = .open
      while let (block, next) = path.last {
        guard next < leaving[block].count else {
          state[block] = .closed
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let flow = leaving[block][next]
        let target = flows[flow].target
        switch state[target] {
        case .unseen:
          state[target] = .open
          path.append((target, 0))
        case .open: leadsBack[flow] = true
        case .closed: break
        }
      }
    }
    return leadsBack
  }

  private enum Visit {
    case unseen
    case open
    case closed
  }
}
