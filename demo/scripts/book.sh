#!/bin/sh
# Books a courier: book.sh --vehicle VEHICLE
. "${0%/*}/json.sh"
vehicle=${2:-bicycle}
say "booked a courier with a $vehicle"
printf '{"courier": "%s-%s"}\n' "$vehicle" "$(ticket)"
