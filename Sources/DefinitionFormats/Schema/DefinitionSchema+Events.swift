extension DefinitionSchema {
  /// The part about nodes that wait for events or throw them, as members of `definitions`.
  static let events = #"""
    "await": {
      "description": "Waits for a signal or a condition.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "signal": {"type": "string", "description": "The name of a signal."},
        "when": {"$ref": "#/definitions/expression", "description": "A condition on variables."},
        "output": {"$ref": "#/definitions/mappings"}
      },
      "oneOf": [{"required": ["signal"]}, {"required": ["when"]}]
    },
    "send": {
      "description": "Sends a message; text is short for message.",
      "oneOf": [
        {"type": "string"},
        {
          "type": "object",
          "required": ["message"],
          "additionalProperties": false,
          "properties": {
            "message": {"type": "string", "description": "Its name."},
            "key": {"description": "Whom it is for."},
            "with": {"$ref": "#/definitions/mappings"},
            "ttl": {"$ref": "#/definitions/duration", "description": "How long it waits for somebody; 0 unless given."}
          }
        }
      ]
    },
    "throw": {
      "description": "Sends a signal, raises an escalation, jumps to a link, or undoes steps of its own scope.",
      "oneOf": [
        {"enum": ["compensate"]},
        {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "signal": {"type": "string", "description": "The name of a signal."},
            "escalation": {"type": "string", "description": "The code that is raised."},
            "link": {"type": "string", "description": "The name of a link of the same scope."},
            "compensate": {"$ref": "#/definitions/name", "description": "What is undone; without it all is."},
            "with": {"$ref": "#/definitions/mappings"}
          },
          "oneOf": [
            {"required": ["signal"]}, {"required": ["escalation"]}, {"required": ["link"]},
            {"required": ["compensate"]}
          ]
        }
      ]
    },
    "handle": {
      "description": "What is done when something happens to the scope around it.",
      "type": "object",
      "required": ["nodes"],
      "additionalProperties": false,
      "properties": {
        "after": {"$ref": "#/definitions/timer"},
        "every": {"$ref": "#/definitions/cycle"},
        "error": {"type": "string", "description": "A code, or any."},
        "message": {"type": "string", "description": "The name of a message; key tells it from others."},
        "signal": {"type": "string", "description": "The name of a signal."},
        "when": {"$ref": "#/definitions/expression", "description": "A condition on variables."},
        "escalation": {"type": "string", "description": "A code, or any."},
        "compensation": {"enum": [true], "description": "The completed subprocess around it is being undone."},
        "key": {"description": "What tells this instance from others that wait for the message."},
        "output": {"$ref": "#/definitions/mappings"},
        "interrupting": {"type": "boolean", "description": "Whether it ends the rest; true unless given, with every false."},
        "nodes": {"$ref": "#/definitions/nodes"},
        "start": {"$ref": "#/definitions/name"},
        "saga": {"$ref": "#/definitions/saga"}
      },
      "oneOf": [
        {"required": ["after"]}, {"required": ["every"]}, {"required": ["error"]}, {"required": ["message"]},
        {"required": ["signal"]}, {"required": ["when"]}, {"required": ["escalation"]}, {"required": ["compensation"]}
      ]
    },
    """#
}
