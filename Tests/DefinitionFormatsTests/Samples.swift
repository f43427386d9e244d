/// Texts of definitions that several tests read.
enum Samples {
  /// The sample of the interfaces page, word for word.
  static let orderFulfilment = """
    process: order-fulfilment
    name: Order fulfilment
    saga: global                      # none | local | global
    nodes:
      reserve:                        # the first node is the start unless `start:` says otherwise
        run: [./reserve.sh]           # short for service: exec
        output: {reservation: =result.id}
        retry: {attempts: 3, backoff: 1s, factor: 2, max: 30s}
        timeout: 10s
        compensate: {run: [./release.sh]}
        next: check
      check:
        choose:                       # exclusive gateway
          - if: =amount > 1000
            next: approve
          - else: both
      approve:
        user: {assignee: =owner, due: 2h}
        events:                       # boundary events
          - after: 1h
            interrupting: false
            next: remind
          - error: REJECTED
            next: refused
        next: both
      both: {fork: [charge, pack]}    # parallel gateway
      charge:
        external: {topic: payment, lease: 30s, attempts: 3}
        compensate: {external: {topic: refund}}
        next: merge
      pack: {wait: 2s, next: merge}   # timer catch
      merge: {join: all, next: end}
      remind:
        service: log
        with: {message: '="still waiting for " + owner'}
        next: end
      refused: {end: {error: REJECTED}}
    """

  /// Messages, signals, conditions, escalations and links.
  static let events = #"""
    process: events
    start: {message: order-placed, output: {order: =message.id}}
    nodes:
      ask: {send: {message: offer-wanted, key: =order, with: {amount: =amount}, ttl: 1h}, next: answer}
      answer: {first: [offered, refused, cheap, tired]}
      offered: {receive: offer, key: =order, output: {price: =message.price}, next: work}
      refused: {await: {signal: closed, output: {why: =signal.reason}}, next: jump}
      cheap: {await: {when: =price < 10}, next: work}
      tired: {wait: 2h, next: jump}
      jump: {throw: {link: over}}
      over: {link: over, next: end}
      work:
        subprocess:
          nodes:
            tell: {throw: {escalation: LATE}, next: pay}
            pay:
              receive: payment
              events: [{after: 1d, next: remind}]
              next: end
            remind: {send: reminder, next: end}
            dispute:
              handle:
                message: dispute
                key: =order
                interrupting: false
                nodes: {settle: {user: anna, next: end}}
        events:
          - {message: stop, key: =order, next: gone}
          - {signal: strike, interrupting: false, next: note}
          - {when: =price > 1000, next: gone}
          - {escalation: LATE, interrupting: false, next: note}
        next: gone
      note: {throw: {signal: late, with: {order: =order}}, next: end}
      gone: {end: {signal: over}}
      failed:
        handle: {error: any, nodes: {tidy: {service: log, next: end}}}
    """#

  /// Everything that the sample above leaves out.
  static let everything = #"""
    process: everything
    saga: {scope: local, onFailure: continue}
    priority: -3
    keep: {for: 30d, newest: 10000, then: export}
    publish: [processCompleted, incidentRaised]
    start: second
    nodes:
      first:
        set: {a: 1, b: "=a", c: [true, null, "=x", {d: 1.50}], text: "==no expression"}
        compensate: {service: log, with: {message: undone}, input: {a: =a}, output: {d: =result}, retry: 2, timeout: 5s}
        next: end
      second:
        name: The second one
        user: grace
        input: {amount: =amount}
        output: {answer: =result.answer}
        events:
          - {error: any, next: third, id: caught, name: Caught}
          - {after: =patience, next: third}
          - {after: 2026-12-24T18:00:00Z, interrupting: true, next: third}
        next: third
      third:
        subprocess:
          saga: local
          start: inner-wait
          nodes:
            inner-wait: {wait: PT1M30S, next: inner-choice}
            inner-choice:
              choose:
                - {if: "=list contains([1, 2], a)", next: inner-end}
                - {else: end}
            inner-end: {end: terminate}
        input: {local: =a}
        compensate: {user: {candidates: =names, form: {ok: boolean}}}
        events: [{error: BROKEN, next: first}]
        next: fourth
      fourth: {external: shipping, retry: {attempts: 2, jitter: 0.5, errors: [LATE, LOST]}, next: fifth}
      fifth: {run: [printf, "%s", =a, 12, true], next: sixth}
      sixth: {service: exec, with: {command: [date], environment: {LANG: C}}, retry: {attempts: 2, errors: ANY, policy: calm}, next: seventh}
      seventh:
        call: {process: =kind, version: 2, key: =order}
        input: {a: =a}
        output: {b: =result.b}
        compensate: {service: log, with: {message: undone}}
        events: [{error: any, next: last}]
        next: eighth
      eighth: {call: shipping, retry: 2, next: ninth}
      ninth: {custom: weigh, with: {by: =a}, output: {weight: =result}, next: [last, second]}
      last: {end: plain}
    """#

  /// Loops, multi-instances, and forks with conditions.
  static let loops = #"""
    process: loops
    nodes:
      ways:
        fork:
          - log
          - {if: =orders != null, next: charge}
          - {else: poll}
      log: {service: log, for: =orders, next: merge}
      charge:
        service: charge
        for: {each: =orders, as: order, sequential: true, until: =count(paid) > 2, collect: {paid: =result.amount}}
        next: merge
      poll:
        external: status
        output: {state: =result}
        repeat: {until: '=state = "done"', atMost: 10}
        next: merge
      merge: {join: taken, next: batch}
      batch:
        subprocess:
          nodes:
            step: {set: {n: =n + 1}, repeat: {while: =loopCounter < 3}, next: end}
        for: {times: 4}
        next: end
    """#
}
