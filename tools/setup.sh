# Sourced by ./modgate and tools/run, with $root set: brings a Node that is new enough and the dependencies
# of the lock file, and sets $NODE. Silent, and a matter of milliseconds, when all is in place.

floor=24
# The compile cache also holds the stripped types: without it each start parses every source again.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$root/node_modules/.cache/compile}"

say() { printf 'set-up: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

pinned_node() { set -- "$root"/tools/node/node_modules/node-*/bin/node; [ -x "$1" ] && printf '%s\n' "$1"; }

# One set-up at a time in a working copy; the lock of a set-up that died is taken over.
lock() {
  while ! mkdir "$root/.toolchain.lock" 2>/dev/null; do
    owner=$(cat "$root/.toolchain.lock/pid" 2>/dev/null || echo)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$root/.toolchain.lock"; continue; fi
    [ -n "${waiting:-}" ] || say "another set-up (process ${owner:-unknown}) is at work, waiting"
    waiting=1; sleep 1
  done
  echo $$ >"$root/.toolchain.lock/pid"
  trap 'rm -rf "$root/.toolchain.lock"' EXIT
  trap 'exit 130' INT TERM HUP
}
unlock() { rm -rf "$root/.toolchain.lock"; trap - EXIT INT TERM HUP; }

NODE=$(command -v node || :)
if [ -n "$NODE" ]; then
  version=$("$NODE" -p 'process.versions.node'); major=${version%%.*}
else
  version=none; major=0
fi

if [ "$major" -lt "$floor" ]; then
  if [ -z "$(pinned_node)" ]; then
    lock
    if [ -z "$(pinned_node)" ]; then
      command -v npm >/dev/null || fail "npm is needed to bring Node $floor or newer (installed here: $version)"
      say "Node here is $version, modgate needs $floor or newer: bringing the pinned one from npm into tools/node (50 MB, once)"
      (cd "$root/tools/node" && npm ci --no-audit --no-fund --loglevel=error >&2) || fail "npm could not bring Node; install Node $floor or newer and try again"
      [ -n "$(pinned_node)" ] || fail "npm has no pinned Node for this platform; install Node $floor or newer and try again"
    fi
    unlock
  fi
  NODE=$(pinned_node)
fi
PATH="$(dirname "$NODE"):$PATH"; export PATH

# npm writes nothing into node_modules that is equal to the lock file, so we keep a copy to see when it is stale.
if ! cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock.json"; then
  lock
  if ! cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock.json"; then
    say "installing dependencies from the lock file"
    (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >&2) || fail "npm ci failed; its words are above"
    cp "$root/package-lock.json" "$root/node_modules/.installed-lock.json"
  fi
  unlock
fi
