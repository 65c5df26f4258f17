# What users get with the library: the steps of .ci/run that look at dependencies, the API, and other systems.

vuln_version=v1.9.0

# vulnerabilities looks for known ones in what the library calls. The reports come with a module, through the same proxy as
# everything else. Those in the standard library are for whoever builds a program to mend, and only shown.
vulnerabilities() {
  local reports
  reports=$(go mod download -json golang.org/x/vulndb@latest | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  go run ./.ci/vulndb "$reports" "$work/vulndb"
  # The text tells more than the exit status, which is 3 for both kinds.
  go run "golang.org/x/vuln/cmd/govulncheck@$vuln_version" -db "file://$work/vulndb" ./... >"$work/vulnerabilities" 2>&1 || true
  grep -E '^Vulnerability|Found in|Fixed in|vulnerabilities' "$work/vulnerabilities" || cat "$work/vulnerabilities"
  grep -qE '^No vulnerabilities found|^Your code is affected' "$work/vulnerabilities" || fail "govulncheck did not finish"
  if grep -E '^Your code is affected' "$work/vulnerabilities" | grep -qE '[0-9]+ modules?'; then
    fail "a dependency has a vulnerability that the library calls"
  fi
}

modules() {
  go mod tidy -diff
  go mod verify
}

# licences names the licence of every module that a user's program is linked with. Others than these need a thought.
licences() {
  local path folder licence
  go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' . ./auditlogtest | sort -u |
    while read -r path folder; do
      licence=$(licence_of "$folder")
      printf '%-40s %s\n' "$path" "$licence"
      [ "$licence" != unknown ] || fail "$path: no licence that is known here"
    done
}

licence_of() {
  local text
  text=$(cat "$1"/LICEN[CS]E* "$1"/COPYING* 2>/dev/null | tr -s '[:space:]' ' ' || true)
  case $text in
    *"Apache License Version 2.0"*) echo Apache-2.0 ;;
    *"Mozilla Public License"*"2.0"*) echo MPL-2.0 ;;
    *"Neither the name of"*) echo BSD-3-Clause ;;
    *"Redistributions in binary form"*) echo BSD-2-Clause ;;
    *"Permission is hereby granted, free of charge"*"MIT No Attribution"* | *"MIT No Attribution"*) echo MIT-0 ;;
    *"Permission is hereby granted, free of charge"*) echo MIT ;;
    *) echo unknown ;;
  esac
}

# api compares what is exported with .ci/api.txt, which a change of the API has to change too: a line that goes away breaks
# somebody's program. It stands in for the last release, as long as there is none.
api() {
  go run ./.ci/api . ./auditlogtest >"$work/api"
  note "$(wc -l <"$work/api") names"
  if [ -n "$(comm -23 <(LC_ALL=C sort .ci/api.txt) <(LC_ALL=C sort "$work/api"))" ]; then
    comm -23 <(LC_ALL=C sort .ci/api.txt) <(LC_ALL=C sort "$work/api")
    fail "these are gone or changed"
  fi
  diff .ci/api.txt "$work/api" || fail "new; write it down: go run ./.ci/api . ./auditlogtest >.ci/api.txt"
}

# contract compares the public API with the design, where that is at hand.
contract() {
  if [ -x ../shared/contract/check ]; then
    ../shared/contract/check
  else
    echo "skipped: there is no ../shared/contract/check"
  fi
}

# outside builds the README's program as a user would, in a module of its own, and looks at what that links.
outside() {
  mkdir "$work/outside"
  awk '/^```/ { inside = 0 } inside { print } /^```go$/ && !found { inside = found = 1 }' README.md >"$work/outside/main.go"
  cat >"$work/outside/test_server.go" <<GO
package main

import _ "$module/auditlogtest"
GO
  cd "$work/outside"
  go mod init example.com/outside 2>&1
  go mod edit -require="$module@v0.0.0" -replace="$module=$root"
  go mod tidy
  go vet .
  go list -deps . | grep -v '^vendor/' | grep -F . >deps
  cd "$root"
  sed 's/^/  /' "$work/outside/deps"
  if grep -q testify "$work/outside/deps"; then
    fail "a user's program would be built with testify"
  fi
}

# platforms builds everything for other systems and processors, each once, since nothing here depends on a pair of them and the
# standard library is compiled anew for each, and tests where an int has 32 bits.
platforms() {
  local target
  for target in darwin/arm64 windows/amd64; do
    echo "$target"
    GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go build ./...
  done
  # Not every kernel runs programs of 32 bits; that their tests compile is checked all the same.
  GOARCH=386 CGO_ENABLED=0 go vet . ./auditlogtest ./internal/...
  if GOARCH=386 CGO_ENABLED=0 go test ./internal/... >/dev/null 2>&1; then
    GOARCH=386 CGO_ENABLED=0 go test -short -run 'Cursor|Decode|Digest|Position|Order|Window|RateLimit|Backoff|Fuzz' .
  else
    echo "linux/386: built and vetted; this machine does not run it"
  fi
}
