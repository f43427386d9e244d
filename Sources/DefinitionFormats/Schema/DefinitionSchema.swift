/// The form of definitions for editors: a JSON Schema (draft 7), which YAML language servers understand.
///
/// It says which keys there are, what they mean and what they may hold. What only the whole graph tells, such as a
/// target that does not exist, only `DefinitionReader` finds. A test holds the two together.
public enum DefinitionSchema {
  /// The schema as JSON text.
  public static let json = #"""
    {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "Process definition",
      "description": "A workflow: nodes that lead to each other. Text that begins with = is a FEEL expression.",
      "type": "object",
      "required": ["process", "nodes"],
      "additionalProperties": false,
      "properties": {
        "process": {"$ref": "#/definitions/name", "description": "The key under which versions are deployed."},
        "name": {"type": "string", "description": "What people read."},
        "saga": {"$ref": "#/definitions/saga"},
        "priority": {
          "type": "integer", "minimum": -10, "maximum": 10,
          "description": "Who goes first when handlers are scarce: each step up doubles the share."
        },
        "keep": {"$ref": "#/definitions/keep"},
        "publish": {
          "description": "The events that go out through the engine's sink.",
          "oneOf": [
            {"$ref": "#/definitions/publishable"}, {"type": "array", "items": {"$ref": "#/definitions/publishable"}}
          ]
        },
        "start": {
          "description": "The first node, the first one written unless given; or what starts an instance.",
          "oneOf": [
            {"$ref": "#/definitions/name"},
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "message": {"type": "string", "description": "The name of a message; its key becomes the business key."},
                "signal": {"type": "string", "description": "The name of a signal."},
                "output": {"$ref": "#/definitions/mappings"},
                "every": {"$ref": "#/definitions/cycle", "description": "Again and again, by itself."},
                "date": {"type": "string", "description": "Once, by itself: an ISO 8601 date with an offset."},
                "at": {"$ref": "#/definitions/name", "description": "The first node."}
              }
            }
          ]
        },
        "nodes": {"$ref": "#/definitions/nodes"}
      },
      "definitions": {
        "name": {"type": "string", "pattern": "^[\\p{L}\\p{N}_][\\p{L}\\p{N}_-]*$", "maxLength": 80},
        "target": {"$ref": "#/definitions/name", "description": "The name of a node, or end."},
        "expression": {"type": "string", "pattern": "^=", "description": "A FEEL expression: =amount > 1000"},
        \#(timers)
        "mappings": {
          "type": "object",
          "description": "Names with values; text that begins with = is an expression."
        },
        "nodes": {
          "type": "object",
          "minProperties": 1,
          "propertyNames": {"$ref": "#/definitions/name"},
          "additionalProperties": {"$ref": "#/definitions/node"}
        },
        "publishable": {
          "enum": [
            "processStarted", "processCompleted", "processCompensated", "processFailed", "processCancelled",
            "processTerminated", "processSuspended", "processResumed", "processCorrupted", "tokenCompleted",
            "tokenSkipped", "tokenFailed", "userTaskCreated", "userTaskCompleted", "externalTaskCreated",
            "externalTaskCompleted", "externalTaskFailed", "variablesChanged", "sagaStarted",
            "sagaCompleted", "sagaAbandoned", "compensationCompleted", "compensationSkipped", "compensationFailed",
            "incidentRaised", "incidentResolved"
          ]
        },
        "keep": {
          "description": "How long ended instances are kept; a time is short for `for`.",
          "oneOf": [
            {"$ref": "#/definitions/duration"},
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "for": {"$ref": "#/definitions/duration", "description": "How long after the end."},
                "newest": {"type": "integer", "minimum": 0, "description": "How many, the newest of a version."},
                "then": {"enum": ["delete", "export"], "description": "What happens to those that go."}
              }
            }
          ]
        },
        "saga": {
          "description": "What is undone when a step fails for good.",
          "oneOf": [
            {"enum": ["none", "local", "global"]},
            {
              "type": "object",
              "required": ["scope"],
              "additionalProperties": false,
              "properties": {
                "scope": {"enum": ["none", "local", "global"]},
                "onFailure": {"enum": ["halt", "continue"], "description": "What a failed compensation does."},
                "order": {
                  "enum": ["strict", "causal"],
                  "description": "One at a time and the latest first, or independent steps at the same time."
                }
              }
            }
          ]
        },
        \#(work)
        "user": {
          "description": "Work that a person does; text is short for assignee.",
          "oneOf": [
            {"type": ["string", "null"]},
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "assignee": {"type": "string", "description": "A name, or an expression that gives one."},
                "candidates": {
                  "description": "Names, or an expression that gives them.",
                  "oneOf": [{"type": "array"}, {"$ref": "#/definitions/expression"}]
                },
                "due": {"$ref": "#/definitions/duration", "description": "Shown, never enforced."},
                "form": {"description": "The fields that a form would ask for."}
              }
            }
          ]
        },
        "choose": {
          "description": "Takes the first branch whose condition holds.",
          "type": "array",
          "minItems": 1,
          "items": {"$ref": "#/definitions/branch"}
        },
        "branch": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "if": {"$ref": "#/definitions/expression"},
            "next": {"$ref": "#/definitions/target"},
            "else": {"$ref": "#/definitions/target"}
          },
          "oneOf": [{"required": ["if", "next"]}, {"required": ["else"]}]
        },
        "for": {
          "description": "Executes the node once for each element of a list, or a number of times.",
          "oneOf": [
            {"$ref": "#/definitions/expression"},
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "each": {"$ref": "#/definitions/expression"},
                "times": {"oneOf": [{"type": "integer", "minimum": 0}, {"$ref": "#/definitions/expression"}]},
                "as": {"type": "string", "description": "The variable of the element; item unless given."},
                "sequential": {"type": "boolean", "description": "One after the other; all at once unless given."},
                "until": {"$ref": "#/definitions/expression"},
                "collect": {
                  "description": "A variable for the list of what each execution gives, in the order of the elements.",
                  "type": "object",
                  "minProperties": 1,
                  "additionalProperties": {"$ref": "#/definitions/expression"}
                }
              },
              "oneOf": [{"required": ["each"]}, {"required": ["times"]}]
            }
          ]
        },
        "repeat": {
          "description": "Executes the node again and again.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "while": {"$ref": "#/definitions/expression"},
            "until": {"$ref": "#/definitions/expression"},
            "atMost": {"type": "integer", "minimum": 1}
          },
          "oneOf": [{"required": ["while"]}, {"required": ["until"]}]
        },
        "events": {
          "description": "What may happen to the node from outside while it is at work.",
          "type": "array",
          "items": {
            "type": "object",
            "required": ["next"],
            "additionalProperties": false,
            "properties": {
              "after": {"$ref": "#/definitions/timer"},
              "every": {"$ref": "#/definitions/cycle"},
              "error": {"type": "string", "description": "A code, or any."},
              "message": {"type": "string", "description": "The name of a message; key tells it from others."},
              "signal": {"type": "string", "description": "The name of a signal."},
              "when": {"$ref": "#/definitions/expression", "description": "A condition on variables."},
              "escalation": {"type": "string", "description": "A code, or any."},
              "key": {"description": "What tells this instance from others that wait for the message."},
              "output": {"$ref": "#/definitions/mappings"},
              "cancel": {"enum": [true], "description": "The transaction has been cancelled and undone."},
              "interrupting": {"type": "boolean", "description": "Whether the node is ended; true unless given."},
              "next": {"$ref": "#/definitions/target"},
              "id": {"$ref": "#/definitions/name"},
              "name": {"type": "string"}
            },
            "oneOf": [
              {"required": ["after"]}, {"required": ["every"]}, {"required": ["error"]}, {"required": ["message"]},
              {"required": ["signal"]}, {"required": ["when"]}, {"required": ["escalation"]},
              {"required": ["cancel"]}
            ]
          }
        },
        "compensate": {
          "description": "How the completed step is undone.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "run": {"$ref": "#/definitions/run"},
            "service": {"$ref": "#/definitions/service"},
            "with": {"description": "The configuration of the service."},
            "external": {"$ref": "#/definitions/external"},
            "user": {"$ref": "#/definitions/user"},
            "input": {"$ref": "#/definitions/mappings"},
            "output": {"$ref": "#/definitions/mappings"},
            "retry": {"$ref": "#/definitions/retry"},
            "timeout": {"$ref": "#/definitions/duration"},
            "afterFailure": {"type": "boolean", "description": "Whether a step that failed for good is undone too."}
          },
          "oneOf": [
            {"required": ["run"]}, {"required": ["service"]}, {"required": ["external"]}, {"required": ["user"]}
          ]
        },
        "probe": {
          "description": "Finds out whether a step in doubt has happened: its result is true or false.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "run": {"$ref": "#/definitions/run"},
            "service": {"$ref": "#/definitions/service"},
            "with": {"description": "The configuration of the service."},
            "external": {"$ref": "#/definitions/external"},
            "user": {"$ref": "#/definitions/user"}
          },
          "oneOf": [
            {"required": ["run"]}, {"required": ["service"]}, {"required": ["external"]}, {"required": ["user"]}
          ]
        },
        "end": {
          "description": "An end. next: end leads to a plain one without any node.",
          "oneOf": [
            {"enum": [null, "plain", "terminate", "cancel", "compensate"]},
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "error": {"type": "string", "description": "The code that is thrown."},
                "signal": {"type": "string", "description": "The signal that is sent."},
                "escalation": {"type": "string", "description": "The code that is raised."},
                "compensate": {"$ref": "#/definitions/name", "description": "What is undone before it ends."},
                "message": {"type": "string", "description": "The message that is sent."},
                "key": {"description": "Whom the message is for."},
                "with": {"$ref": "#/definitions/mappings"},
                "ttl": {"$ref": "#/definitions/duration"}
              },
              "oneOf": [
                {"required": ["error"]}, {"required": ["signal"]}, {"required": ["escalation"]},
                {"required": ["compensate"]}, {"required": ["message"]}
              ]
            }
          ]
        },
        "subprocess": {
          "description": "A scope with nodes, variables and a saga of its own.",
          "type": "object",
          "required": ["nodes"],
          "additionalProperties": false,
          "properties": {
            "nodes": {"$ref": "#/definitions/nodes"},
            "start": {"$ref": "#/definitions/name"},
            "saga": {"$ref": "#/definitions/saga"}
          }
        },
        \#(events)
        "node": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "run": {"$ref": "#/definitions/run"},
            "service": {"$ref": "#/definitions/service"},
            "with": {"description": "The configuration of the service."},
            "external": {"$ref": "#/definitions/external"},
            "user": {"$ref": "#/definitions/user"},
            "call": {"$ref": "#/definitions/call"},
            "set": {"$ref": "#/definitions/mappings"},
            "choose": {"$ref": "#/definitions/choose"},
            "fork": {
              "description": "Goes along all branches at once, of those with conditions along each that holds.",
              "type": "array",
              "minItems": 2,
              "items": {"oneOf": [{"$ref": "#/definitions/target"}, {"$ref": "#/definitions/branch"}]}
            },
            "join": {
              "description": "Waits for one token of every flow, or for the branches that were taken.",
              "enum": ["all", "taken"]
            },
            "wait": {"$ref": "#/definitions/wait"},
            "end": {"$ref": "#/definitions/end"},
            "subprocess": {"$ref": "#/definitions/subprocess"},
            "transaction": {"$ref": "#/definitions/subprocess"},
            "receive": {"type": "string", "description": "Waits for the message of that name."},
            "key": {"description": "What tells this instance from others that wait for the message."},
            "await": {"$ref": "#/definitions/await"},
            "send": {"$ref": "#/definitions/send"},
            "throw": {"$ref": "#/definitions/throw"},
            "first": {"type": "array", "minItems": 2, "items": {"$ref": "#/definitions/target"}},
            "link": {"type": "string", "description": "Where a thrown link of that name lands."},
            "handle": {"$ref": "#/definitions/handle"},
            "custom": {"type": "string", "description": "The name of a rule of the program; with configures it."},
            "name": {"type": "string", "description": "What people read."},
            "for": {"$ref": "#/definitions/for"},
            "repeat": {"$ref": "#/definitions/repeat"},
            "input": {"$ref": "#/definitions/mappings"},
            "output": {"$ref": "#/definitions/mappings"},
            "retry": {"$ref": "#/definitions/retry"},
            "timeout": {"$ref": "#/definitions/duration"},
            "compensate": {"$ref": "#/definitions/compensate"},
            "probe": {"$ref": "#/definitions/probe"},
            "events": {"$ref": "#/definitions/events"},
            "next": {
              "description": "Where it leads; a custom node can lead to several.",
              "oneOf": [
                {"$ref": "#/definitions/target"}, {"type": "array", "items": {"$ref": "#/definitions/target"}}
              ]
            }
          },
          "oneOf": [
            {"required": ["run"]}, {"required": ["service"]}, {"required": ["external"]}, {"required": ["user"]},
            {"required": ["call"]}, {"required": ["set"]}, {"required": ["choose"]}, {"required": ["fork"]},
            {"required": ["join"]}, {"required": ["wait"]}, {"required": ["end"]}, {"required": ["subprocess"]},
            {"required": ["transaction"]}, {"required": ["receive"]}, {"required": ["await"]}, {"required": ["send"]},
            {"required": ["throw"]}, {"required": ["first"]}, {"required": ["link"]}, {"required": ["handle"]},
            {"required": ["custom"]}
          ]
        }
      }
    }
    """#
}
