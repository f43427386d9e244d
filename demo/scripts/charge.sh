#!/bin/sh
# Charges the card. The terminal is always busy at the first attempt, which is worth another one (exit code 75).
. "${0%/*}/json.sh"
if [ "$(number attempt)" = 1 ]; then
  say "the card terminal is busy"
  exit 75
fi
say "charged $(number amount) to the card of $(text customer)"
printf '{"payment": "P-%s", "amount": %s}\n' "$(ticket)" "$(number amount)"
