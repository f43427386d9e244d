#!/bin/sh
# Puts the goods back where they were.
. "${0%/*}/json.sh"
say "released $(text reservation), back on shelf $(text shelf)"
printf '{"released": "%s"}\n' "$(text reservation)"
