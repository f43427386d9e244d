#!/bin/sh
# Prints the label. The printer in the attic is jammed, and trying again does not help (exit code 65).
. "${0%/*}/json.sh"
if [ "$(text printer)" = attic ]; then
  say 'the label printer in the attic is jammed: set "printer" to "cellar" (E), then retry (R)'
  exit 65
fi
say "printed a label for $(text parcel)"
printf '{"tracking": "SAGA%s%s"}\n' "$(ticket)" "$(number instance)"
