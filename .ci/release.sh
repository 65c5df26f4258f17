# The steps of .ci/run that look at the next release. RELEASING.md says how one is made.

actionlint_version=v1.7.12

# releasable checks what must hold so that others can fetch the modules, and the program that makes a release.
releasable() {
  (cd .ci/release && go mod tidy -diff && go vet . && go test .)
  go run -C .ci/release . rules
  env -u GOWORK go run -C .ci/release . order # as RELEASING.md has it: in the workspace
}

# rehearse makes a release out of the files that git knows, and uses each module of it as others will.
rehearse() {
  go run -C .ci/release . rehearse | tee "$work/rehearsal"
  note "$(grep -c ': used,' "$work/rehearsal") modules used"
}

# workflows checks the files for GitHub, and installs the pinned program for that once.
workflows() {
  local bin=$root/.cache/actionlint-$actionlint_version
  [ -x "$bin/actionlint" ] || GOBIN=$bin go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version"
  "$bin/actionlint"
}
