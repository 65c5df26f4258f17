# The steps of .ci/run that run tests.

least_coverage=90
next_go=go1.27.4

# tests runs the README's command as a user does, in the workspace, and counts what it covers. Vet is a step of its own.
tests() {
  env -u GOWORK GOFLAGS="-vet=off -coverprofile=$work/coverage" go test ./...
}

# race runs the tests once more under the race detector, where long ones may be shorter. Some wait for retries, so that more of
# them run at once than there are cores.
race() {
  GOGC=off GOMEMLIMIT=1500MiB go test -vet=off -race -short -parallel 4 -timeout 12m ./...
}

# matrix reads every service a hundred times under each disturbance, and the engine four hundred worlds of each kind; go test
# ./... does it less often. The documents show figures of twice as many.
matrix() {
  go test -run '^TestMatrix$' -matrix.seeds=25 -v . | grep -E '^ *\| |^ok|FAIL|--- FAIL' | tee "$work/matrix"
  go test ./internal/exact -run '^TestModel$' -exact.worlds=400
  note "$(grep -oE '[0-9]+/[0-9]+' "$work/matrix" | awk -F/ '{ got += $1; of += $2 } END { print got " of " of " listings whole" }')"
}

# coverage is that of the root package and of each room below it, by its own tests.
coverage() {
  local room percent figures=""
  for room in "" /deliver /ocsf /internal/exact /internal/transport /internal/sdkhmac /internal/wire /internal/scrub /internal/mask; do
    grep -E "^mode:|^$module$room/[^/]+\.go:" "$work/coverage" >"$work/coverage.room"
    percent=$(go tool cover -func="$work/coverage.room" | awk '$1 == "total:" { sub("%", "", $NF); print $NF }')
    echo "${room:-root}: $percent % of statements"
    awk -v got="$percent" -v least="$least_coverage" 'BEGIN { exit !(got >= least) }' ||
      fail "${room:-root}: less than $least_coverage %"
    figures+=" $(basename "${room:-/root}") $percent %"
  done
  note "$figures"
  grep -q "coverage-%E2%89%A5%20$least_coverage%20%25" README.md || fail "README.md has another figure in its badge"
}

# benchmarks run once, for what they read; nobody looks at times.
benchmarks() {
  go test -short -run '^$' -bench . -benchtime 1x ./...
}

# fuzz tries every fuzz target for three seconds, one on each of two cores; see .ci/fuzz for what happens with what it finds.
fuzz() {
  go list -f '{{.Dir}}' ./... | while IFS= read -r folder; do
    if grep -qs '^func Fuzz' "$folder"/*_test.go; then
      fuzz_targets "$folder" '^Fuzz'
    fi
  done
  note "$(wc -l <"$work/targets") targets"
}

# fuzz_targets tries the targets of one package that match, whose instrumented tests are compiled once for all of them.
fuzz_targets() {
  go test -c -fuzz "$2" -o "$work/fuzz.test" "$1"
  (cd "$1" && "$work/fuzz.test" -test.list "$2" | tee -a "$work/targets" | xargs -P 2 -I{} bash "$root/.ci/fuzz" "$work/fuzz.test" {})
}

# outsiders installs the programs of others that the nested modules meet: a real Django REST framework, the vendors' clients
# for Elastic Path and Huawei Cloud, a browser, PostgreSQL, ClickHouse.
outsiders() {
  local wanted=()
  /usr/bin/python3 -c 'import django, rest_framework, django_filters' 2>/dev/null ||
    wanted+=(python3-djangorestframework python3-django-filters)
  command -v chromium >/dev/null || wanted+=(chromium)
  [ -x "$(echo /usr/lib/postgresql/*/bin/initdb)" ] || wanted+=(postgresql)
  command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || wanted+=(pgbouncer)
  command -v clickhouse-server >/dev/null || [ -x /usr/sbin/clickhouse-server ] || wanted+=(clickhouse-server)
  if [ ${#wanted[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] || fail "${wanted[*]}: missing, and only root can install them"
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${wanted[@]}" >"$work/apt" ||
      { cat "$work/apt"; fail "Debian's packages could not be installed"; }
  fi
  if ! command -v node || ! command -v npm; then
    fail "node or npm is missing"
  fi
  local client
  for client in interop/elasticpathjs interop/huaweijs; do
    [ -d "$client/node_modules" ] || (cd "$client" && npm ci --ignore-scripts)
  done
}

# Modules that take long begin, so that none of them is left alone at the end.
long_modules="browsertest$|clustertest$|conformance$|sink/s3$|fleet$|sqlite$"

# nested checks the modules below the root, which "go test ./..." does not see, three at a time: most of them wait a lot.
nested() {
  local modules
  modules=$(find . -name go.mod -not -path ./go.mod -not -path './.*' -not -path '*/testdata/*' -not -path '*/node_modules/*' |
    sed 's,/go.mod$,,' | awk -v long="$long_modules" "{ print (\$0 ~ long ? 0 : 1), \$0 }" | sort | cut -d ' ' -f 2)
  xargs -P 3 -I{} bash .ci/nested {} <<<"$modules"
  note "$(wc -l <<<"$modules") modules"
}

# next runs what reads and writes JSON with the next release of Go, whose standard library has the parser, and compares the
# decoders there with its encoding/json, too: with inputs of chance, without everything compiled once more to guide them.
next() {
  (
    export GOTOOLCHAIN=$next_go
    go version
    local tests='Decode|Record|Fuzz|JSON|Event|Cursor|Error|Login|Conformance|Example'
    go test -vet=off -o "$work/next.test" -short -run "$tests" .
    go test -vet=off -short -run "$tests" ./internal/...
    "$work/next.test" -test.list '^Fuzz.*Record$' | xargs -P 2 -I{} bash .ci/fuzz "$work/next.test" {}
    fuzz_targets ./internal/wire '^FuzzElement$'
  )
}

# example runs the README's first command, which finds no API in its environment and reads from a server of its own. With a
# store, that is an error unless the records are asked for. A second run finds everything stored.
example() {
  local collect=(env -u AUDITLOGS_INTEROP go run ./examples/collect) lines # any variable with this prefix means real records
  "${collect[@]}" >"$work/collected"
  lines=$(wc -l <"$work/collected")
  note "$lines lines"
  [ "$lines" -eq 10000 ] || fail "not 10000"
  if grep -v '^{"demo":true,' "$work/collected"; then
    fail "not marked as made up"
  fi
  if "${collect[@]}" -to "file:$work/lost"; then
    fail "took made-up records for real ones"
  fi
  [ ! -e "$work/lost" ] && [ ! -e "$work/lost.places" ] || fail "left a store"
  for _ in 1 2; do
    "${collect[@]}" -demo -quiet -to "file:$work/asked"
    sed 's/^{"demo":true,/{/' "$work/collected" | cmp - "$work/asked"
  done
}
