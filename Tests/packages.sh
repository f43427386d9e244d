# Sourced by Tests/run and demo/run: installs the Debian packages that are missing, and says so.

# need PACKAGE…: makes sure that these Debian packages are installed.
need() {
  missing=""
  for package in "$@"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
      missing="$missing $package"
    fi
  done
  [ -z "$missing" ] && return 0
  if [ "$(id -u)" -eq 0 ]; then
    as_root=""
  elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
  else
    echo "These Debian packages are missing:$missing" >&2
    echo "Install them as root and run this again:  apt-get install$missing" >&2
    exit 1
  fi
  echo "Installing Debian packages:$missing"
  # The lists of a fresh machine are empty; a machine without a network may still have what is needed in its cache.
  $as_root apt-get update -qq || true
  # shellcheck disable=SC2086
  if ! DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing >/dev/null; then
    echo "Installing failed. Install them by hand and run this again:  apt-get install$missing" >&2
    exit 1
  fi
}

# need_swift: makes sure that there is a Swift toolchain.
need_swift() {
  if ! command -v swift >/dev/null 2>&1; then
    echo "There is no Swift toolchain. Install Swift 6.2 or newer (swift.org/install) and put swift on PATH." >&2
    exit 1
  fi
}
