# What every script of this folder uses: `. /guest/check.sh`.
#
# Each step has a name of its own. One that passes prints "ok: NAME", one that
# fails "FAILED: NAME" and why; the script goes on, and `finish` sets the status.
# A command that is no step and fails ends the script: that is a failure too.
set -eu

steps=0
failures=0
last_step=none

pass() {
  steps=$((steps + 1))
  last_step=$1
  printf 'ok: %s\n' "$1"
}

fail() {
  failures=$((failures + 1))
  last_step=$1
  printf 'FAILED: %s\n' "$1"
  printf '%s\n' "$2" | head -n 30 | sed 's/^/    /'
}

# ok NAME COMMAND…: the command succeeds.
ok() {
  step=$1
  shift
  if said=$("$@" 2>&1); then pass "$step"; else fail "$step" "status $? of: $*
$said"; fi
}

# equal NAME EXPECTED ACTUAL: two texts are the same.
equal() {
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected: $2
actual:   $3"; fi
}

# prints NAME EXPECTED COMMAND…: the command succeeds and prints that.
prints() {
  step=$1
  expected=$2
  shift 2
  if ! said=$("$@" 2>&1); then
    fail "$step" "status not 0 of: $*
$said"
  else
    equal "$step" "$expected" "$said"
  fi
}

# refused NAME PART COMMAND…: the command fails, and its complaint has PART in it.
refused() {
  step=$1
  part=$2
  shift 2
  if said=$("$@" 2>&1); then
    fail "$step" "succeeded: $*
$said"
  else
    case $said in
      *"$part"*) pass "$step" ;;
      *) fail "$step" "failed, but not with '$part': $*
$said" ;;
    esac
  fi
}

# host ACTION ARGUMENT…: has the host's test do something, prints its answer.
host() {
  answer=$(printf '%s\n' "$*" | busybox nc 10.0.2.2 "$HOST_PORT")
  case $answer in
    "ok "*) printf '%s\n' "${answer#ok }" ;;
    *)
      echo "host $*: $answer" >&2
      return 1
      ;;
  esac
}

# free_source: what to mount. Linux mounts each virtio tag once at a time.
free_source() {
  for source in $SOURCES; do
    if ! grep -q "^$source .* 9p " /proc/mounts; then break; fi
  done
  echo "$source"
}

# share DIRECTORY [OPTIONS]: mounts the share there.
share() {
  mkdir -p "$1"
  mount -t 9p -o "$TRANSPORT,version=9p2000.L,cache=$CACHE${2:+,$2}" "$(free_source)" "$1"
}

finish() {
  trap - EXIT
  if [ "$failures" -gt 0 ]; then
    echo "$failures of $((steps + failures)) steps failed"
    exit 1
  fi
  echo "all $steps steps passed"
  exit 0
}

trap 'echo "FAILED: the script ended with status $? after the step: $last_step"; exit 1' EXIT
