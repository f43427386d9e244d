import EngineCore
import SQLiteAdapter

/// Customers who start instances, and the staff of `DemoStaff`. Seeded, so that every demonstration tells the same
/// story.
///
/// What goes wrong is counted, not drawn: whoever looks for a minute must have seen all of it.
struct DemoLoad: Sendable {
  let engine: RunningEngine
  let reader: SQLiteReader
  let seed: UInt64
  let pause: Duration

  private static let customers = [
    "Ada Lovelace", "Caroline Herschel", "Charles Babbage", "Emmy Noether", "Grace Hopper", "Katherine Johnson",
    "Maria Mitchell", "Mary Somerville", "Sophie Germain", "Wang Zhenyi",
  ]
  private static let items = ["brass orrery", "sextant", "slide rule", "star atlas", "telescope", "pocket chronometer"]

  /// How many instances of each kind there have been.
  private struct Counts {
    var orders = 0
    var parcels = 0
    var requests = 0
    var invoices = 0
  }

  /// Goes on until its task is cancelled.
  func run() async {
    var dice = Dice(seed: seed)
    var counts = Counts()
    var staff = DemoStaff(engine: engine, reader: reader, seed: seed)
    var number = 1000
    while !Task.isCancelled {
      number += 1
      let verb = order(number, &dice, &counts)
      let command = OperatorCommand(key: "", verb: verb, issuer: Identity.issuer(source: "demo"))
      if case .done(let answer)? = try? await engine.perform(command), let id = answer["instance"]?.intValue {
        await staff.look(at: InstanceID(Int64(id)), count(of: verb, counts))
      }
      await staff.work()
      try? await Task.sleep(for: pause)
    }
  }

  private func count(of verb: Verb, _ counts: Counts) -> DemoStaff.Arrival? {
    guard case .start(let process, _, _, _) = verb else { return nil }
    switch process {
    case "fulfilment": return .parcel(counts.parcels)
    case "approval": return .request(counts.requests)
    case "payment": return .invoice(counts.invoices)
    default: return nil
    }
  }

  private func order(_ number: Int, _ dice: inout Dice, _ counts: inout Counts) -> Verb {
    let customer = Self.customers[dice.roll(below: Self.customers.count)]
    let item = Self.items[dice.roll(below: Self.items.count)]
    var variables: Context = ["customer": .string(customer)]
    // Five orders, two or three parcels, one request and two invoices in ten, in an order of their own.
    switch number % 10 {
    case 0, 2, 4, 6, 8:
      counts.orders += 1
      variables["item"] = .string(item)
      variables["quantity"] = Value(dice.roll(below: 14) + 1)
      if counts.orders % 4 > 0 {
        variables["address"] = .string("\(dice.roll(below: 90) + 1) Observatory Lane")
      } else if counts.orders % 16 == 4 {
        // Without an address all is undone. Now and then the bank is closed, and the refund rests on an incident.
        variables["bank"] = "closed"
      }
      return .start(process: "order", version: nil, businessKey: "order-\(number)", variables: variables)
    case 1, 7:
      counts.parcels += 1
      variables = ["parcel": .string("a \(item) for \(customer)")]
      // The printer in the attic is jammed: set `printer` to "cellar", and retry.
      if counts.parcels % 4 == 2 { variables["printer"] = "attic" }
      return .start(process: "fulfilment", version: nil, businessKey: "parcel-\(number)", variables: variables)
    case 3:
      counts.requests += 1
      variables = [
        "owner": "grace", "amount": Value(1100 + dice.roll(below: 40) * 100), "purpose": .string("a \(item)"),
      ]
      return .start(process: "approval", version: nil, businessKey: "request-\(number)", variables: variables)
    default:
      counts.invoices += 1
      variables["amount"] = Value(100 + dice.roll(below: 900))
      return .start(process: "payment", version: nil, businessKey: "invoice-\(number)", variables: variables)
    }
  }
}
