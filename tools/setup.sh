# Sourced by ./modgate and tools/run, with $root set: brings a Node that is new enough and the dependencies
# of the lock file, and sets $NODE. Silent when all is in place, and then nothing but the shell itself runs, for
# each program that is asked takes as long as a part of the command: node alone takes longer to start than go to answer.

case $root in /*) ;; *) root=$PWD/$root ;; esac

floor=24
# The compile cache also holds the stripped types: without it each start parses every source again.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$root/node_modules/.cache/compile}"

say() { printf 'set-up: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

pinned_node() {
  for NODE in "$root"/tools/node/node_modules/node-*/bin/node; do [ ! -x "$NODE" ] || return 0; done
  return 1
}

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

# The pinned Node was brought because the installed one is too old: where it is, nobody has to ask that one again.
if ! pinned_node; then
  NODE=$(command -v node || :)
  version=none; major=0
  # Answered before any JavaScript is loaded, which `node -p` is not.
  if [ -n "$NODE" ]; then version=$("$NODE" --version); version=${version#v}; major=${version%%.*}; fi
  if [ "$major" -lt "$floor" ]; then
    lock
    if ! pinned_node; then
      command -v npm >/dev/null || fail "npm is needed to bring Node $floor or newer (installed here: $version)"
      say "Node here is $version, modgate needs $floor or newer: bringing the pinned one from npm into tools/node (50 MB, once)"
      (cd "$root/tools/node" && npm ci --no-audit --no-fund --loglevel=error >&2) || fail "npm could not bring Node; install Node $floor or newer and try again"
      pinned_node || fail "npm has no pinned Node for this platform; install Node $floor or newer and try again"
    fi
    unlock
  fi
fi
PATH="${NODE%/*}:$PATH"; export PATH

# npm writes nothing into node_modules that is equal to the lock file, so we keep a copy to see when it is stale. It has
# the time of the original: where that is the same, nobody has touched it since.
lock_file=$root/package-lock.json
installed=$root/node_modules/.installed-lock.json
if [ ! -e "$installed" ] || [ "$lock_file" -nt "$installed" ] || [ "$lock_file" -ot "$installed" ]; then
  if ! cmp -s "$lock_file" "$installed"; then
    lock
    if ! cmp -s "$lock_file" "$installed"; then
      say "installing dependencies from the lock file"
      (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >&2) || fail "npm ci failed; its words are above"
      cp "$lock_file" "$installed"
    fi
    unlock
  fi
  # In a working copy of somebody else the two are compared each time.
  touch -r "$lock_file" "$installed" 2>/dev/null || :
fi
