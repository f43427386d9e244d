# Reads the one JSON object that a step gets on standard input. Sourced by the scripts beside it.
# Texts stay as JSON escaped them, so they can be printed into JSON again.
document=$(tr -d '\n')

# The text under a name; empty when there is none.
text() { printf '%s' "$document" | sed -n "s/.*\"$1\":\"\(\([^\"\\\\]\|\\\\.\)*\)\".*/\1/p"; }

# The number under a name; empty when there is none.
number() { printf '%s' "$document" | sed -n "s/.*\"$1\":\(-\{0,1\}[0-9][0-9.]*\).*/\1/p"; }

# A number from 1000 to 9999 that is the same for every attempt of a step.
ticket() { text idempotencyKey | cksum | awk '{print $1 % 9000 + 1000}'; }

# Tells the person who watches.
say() { printf '%s\n' "$*" >&2; }
