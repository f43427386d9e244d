#!/bin/sh
# Sends the courier home.
. "${0%/*}/json.sh"
say "courier $(text courier) is not needed any more"
printf '{"cancelled": "%s"}\n' "$(text courier)"
