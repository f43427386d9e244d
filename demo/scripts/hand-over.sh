#!/bin/sh
# Hands the parcel over. Nobody finds a door without an address, and trying again does not help (exit code 65).
. "${0%/*}/json.sh"
if [ -z "$(text address)" ]; then
  say "there is no address to deliver to"
  exit 65
fi
say "delivered to $(text address)"
printf '{"signature": "%s"}\n' "$(text customer)"
