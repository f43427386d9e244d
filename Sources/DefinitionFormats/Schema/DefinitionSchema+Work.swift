extension DefinitionSchema {
  /// The definitions that are about work and its retries, for `json`.
  static let work = #"""
    "retry": {
      "description": "How failed work is tried again; a number is short for attempts.",
      "oneOf": [
        {"type": "integer", "minimum": 1},
        {
          "type": "object",
          "required": ["attempts"],
          "additionalProperties": false,
          "properties": {
            "attempts": {"type": "integer", "minimum": 1, "description": "All tries, the first one included."},
            "backoff": {"$ref": "#/definitions/duration", "description": "The pause before the second try."},
            "factor": {"type": "number", "minimum": 1, "description": "What each later pause is multiplied by."},
            "max": {"$ref": "#/definitions/duration", "description": "The longest pause."},
            "jitter": {"type": "number", "minimum": 0, "maximum": 1, "description": "What chance takes away."},
            "errors": {
              "description": "The error codes that are tried again; every failure unless given.",
              "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
            "policy": {"type": "string", "description": "A rule of the program that says how long pauses are."}
          }
        }
      ]
    },
    "run": {
      "description": "A command as a list of words; short for service: exec.",
      "type": "array",
      "minItems": 1,
      "items": {"type": ["string", "number", "boolean"]}
    },
    "service": {"type": "string", "description": "The name of a handler; with configures it."},
    "external": {
      "description": "Work that workers outside fetch by topic.",
      "oneOf": [
        {"type": "string"},
        {
          "type": "object",
          "required": ["topic"],
          "additionalProperties": false,
          "properties": {
            "topic": {"type": "string"},
            "lease": {"$ref": "#/definitions/duration", "description": "How long a worker has, 60s unless given."},
            "attempts": {"type": "integer", "minimum": 1, "description": "Short for retry: attempts."}
          }
        }
      ]
    },
    "call": {
      "description": "Another process, as an instance of its own; text is short for process.",
      "oneOf": [
        {"type": "string"},
        {
          "type": "object",
          "required": ["process"],
          "additionalProperties": false,
          "properties": {
            "process": {"type": "string", "description": "The key of the process."},
            "version": {"type": "integer", "minimum": 1, "description": "The newest unless given."},
            "key": {"type": "string", "description": "The business key, that of the caller unless given."}
          }
        }
      ]
    },
    """#
}
