package main

import (
	"os"
	"path/filepath"
	"testing"
)

const changelog = `# Changelog

## [Unreleased]

## [1.10.0] - 2026-02-01

### Added

- Two, of [two](docs/two.md) and [three](./docs/three.md#of-it), as [one
  site](https://example.com/a.md) says, and [this](#added).

[More](README.md).

## [1.1.0] - 2026-01-01

- One.

[Unreleased]: https://example.com
[1.1.0]: https://example.com
`

// released is what a reader of the release sees, who is not in the repository.
const released = `### Added

- Two, of [two](https://` + own + `/blob/v1.10.0/docs/two.md) and [three](https://` + own + `/blob/v1.10.0/docs/three.md#of-it), as [one
  site](https://example.com/a.md) says, and [this](#added).

[More](https://` + own + `/blob/v1.10.0/README.md).
`

func TestNotes(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "CHANGELOG.md"), []byte(changelog), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := newest(root); got != "v1.10.0" || err != nil {
		t.Error(got, err)
	}
	for version, want := range map[string]string{"v1.11.0": "v1.10.0", "v1.10.0": "v1.1.0", "v1.1.0": "none"} {
		if got, err := before(root, version); got != want || err != nil {
			t.Errorf("%s: %q, %v", version, got, err)
		}
	}
	for version, want := range map[string]string{"v1.10.0": released, "v1.1.0": "- One.\n"} {
		if got, err := notes(root, version); got != want || err != nil {
			t.Errorf("%s: %q, %v", version, got, err)
		}
	}
	for _, version := range []string{"v1.1", "v1.0.0", "Unreleased", ""} {
		if got, err := notes(root, version); err == nil {
			t.Errorf("%s: %q", version, got)
		}
	}
}

// What tidy writes is what is tidy of others, and what the last release had of this repository, in the order of the go command.
func TestMergeSums(t *testing.T) {
	t.Parallel()
	there := []byte("a.com/a v1.0.0 h1:a\n" + own + " v0.2.0 h1:new\nz.com/z v1.0.0 h1:z\n")
	here := []byte("a.com/a v0.9.0 h1:old\n" + own + " v0.1.0 h1:x\n" + own + "/otel v0.1.0 h1:y\n" + own + "er v1.0.0 h1:other\n")
	want := "a.com/a v1.0.0 h1:a\n" + own + " v0.1.0 h1:x\n" + own + "/otel v0.1.0 h1:y\nz.com/z v1.0.0 h1:z\n"
	if got := merge(without(there), only(here)); string(got) != want {
		t.Errorf("%s", got)
	}
}
