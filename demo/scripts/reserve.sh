#!/bin/sh
# Takes the goods off the shelf.
. "${0%/*}/json.sh"
shelf="C-$(($(ticket) % 40 + 1))"
say "reserved $(number quantity) x $(text item) on shelf $shelf"
printf '{"reservation": "R-%s", "shelf": "%s"}\n' "$(ticket)" "$shelf"
