extension DefinitionSchema {
  /// The definitions that are about times, for `json`.
  static let timers = #"""
    "duration": {
      "type": "string",
      "pattern": "^([0-9.]+(us|ms|s|m|h|d)|P[0-9TWDHMS.]+)$",
      "description": "500ms, 30s, 5m, 2h, 3d or ISO 8601."
    },
    "timer": {
      "description": "A length of time, an ISO 8601 date with an offset, or an expression that gives either.",
      "type": "string"
    },
    "cycle": {
      "description": "A time that comes again: 10m, R5/PT10S, R/2026-01-01T00:00:00Z/P1D, a cron expression in UTC.",
      "oneOf": [
        {"type": "string"},
        {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "interval": {"type": "string", "description": "A period: 10m, P1W, P1M."},
            "from": {"type": "string", "description": "When the first one begins; its month and day are counted."},
            "cron": {"type": "string", "description": "minute hour day-of-month month day-of-week, or @daily."},
            "zone": {"type": "string", "description": "Whose clock it is, such as Europe/Berlin; UTC unless given."},
            "dst": {
              "enum": ["cron", "skip", "twice"],
              "description": "What happens in hours that the clock leaves out or shows twice."
            },
            "times": {"type": "integer", "minimum": 1, "description": "How often; without end unless given."}
          },
          "oneOf": [{"required": ["interval"]}, {"required": ["cron"]}]
        }
      ]
    },
    "wait": {
      "oneOf": [
        {"$ref": "#/definitions/timer"},
        {
          "type": "object",
          "required": ["until"],
          "additionalProperties": false,
          "properties": {"until": {"$ref": "#/definitions/timer"}}
        }
      ]
    },
    """#
}
