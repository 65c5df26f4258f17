# The steps of .ci/run that read the sources.

lint_version=v2.15.0

lint_program=.cache/golangci-lint-$lint_version/golangci-lint

# linter installs the pinned linter, once.
linter() {
  [ -x "$lint_program" ] ||
    GOBIN=$root/$(dirname "$lint_program") go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$lint_version"
}

lint() {
  "$lint_program" run ./...
}

# links looks for the files that the documents of the project point to.
links() {
  local file target
  find . -name '*.md' -not -path './.*' -not -path '*/node_modules/*' | while IFS= read -r file; do
    { grep -oE '\]\([^)#]+' "$file" || true; } | cut -c3- | while IFS= read -r target; do
      case $target in
        http://* | https://* | mailto:*) ;;
        *) [ -e "$(dirname "$file")/$target" ] || fail "$file: no $target" ;;
      esac
    done
  done
}

# state is what git sees of the tree, or nothing where this is no checkout.
state() {
  git status --porcelain 2>/dev/null || true
}

unchanged() {
  diff "$work/before" <(state)
}
