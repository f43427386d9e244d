#!/bin/sh
# Gives the money back. A bank that has just closed refuses once and for all (exit code 65) until somebody retries.
. "${0%/*}/json.sh"
if [ "$(text bank)" = closed ] && [ "$(number attempt)" = 1 ]; then
  say 'the bank has closed its books: retry (R) tomorrow, or send a cheque and skip (K)'
  exit 65
fi
say "refunded $(number amount) of $(text payment) to $(text customer)"
printf '{"refunded": %s}\n' "$(number amount)"
