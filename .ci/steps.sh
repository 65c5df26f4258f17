# How .ci/run goes through its steps, in order or beside others, and the table of them at its end.
#
# A step is a function that fails by its exit status. It runs in a shell of its own, so that "set -e" holds in it; what it
# leaves to others is in files.

steps=0     # how many have begun
beside=()   # process IDs of those that run beside others, at the numbers of the steps

# step runs a function under a title.
step() {
  title "$1"
  printf '\n=== %s\n' "$1"
  shift
  in_shell "$@" &
  wait $! || true
  ended "$steps"
}

# meanwhile begins a step that leaves the machine to others for most of its time, such as one that waits for downloads.
meanwhile() {
  title "$1"
  shift
  in_shell "$@" >"$work/step.$steps.said" 2>&1 &
  beside[steps]=$!
}

# finished waits for the steps that run beside others, and repeats what they said.
finished() {
  local number
  for number in "${!beside[@]}"; do
    wait "${beside[number]}" || true
    printf '\n=== %s, beside others\n' "$(<"$work/step.$number.title")"
    cat "$work/step.$number.said"
    ended "$number"
  done
  beside=()
}

# note puts a few words of a step, such as its main figure, into the table.
note() {
  printf '%s\n' "$*"
  printf '%s' "$*" >"$work/step.$steps.note"
}

title() {
  steps=$((steps + 1))
  printf '%s' "$1" >"$work/step.$steps.title"
}

in_shell() {
  local begin=$SECONDS status
  trap - EXIT
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  echo "$status $((SECONDS - begin))" >"$work/step.$steps.end"
}

# ended says how long a step took, and ends everything if it failed.
ended() {
  local status seconds
  read -r status seconds <"$work/step.$1.end"
  printf -- '--- %s: %d s\n' "$(<"$work/step.$1.title")" "$seconds"
  if [ "$status" != 0 ]; then
    printf '\nFAILED: %s (exit %d)\n' "$(<"$work/step.$1.title")" "$status" >&2
    exit "$status"
  fi
}

# summary prints all steps that have begun.
summary() {
  local number status seconds
  printf '\n%-30s %8s  %-12s %s\n' Step Seconds Outcome Figures
  for ((number = 1; number <= steps; number++)); do
    status=- seconds=-
    [ ! -s "$work/step.$number.end" ] || read -r status seconds <"$work/step.$number.end"
    printf '%-30s %8s  %-12s %s\n' "$(<"$work/step.$number.title")" "$seconds" "$(outcome "$status")" \
      "$(cat "$work/step.$number.note" 2>/dev/null)"
  done
}

outcome() {
  case $1 in
    0) echo ok ;;
    -) echo "not ended" ;;
    *) echo "FAILED ($1)" ;;
  esac
}
