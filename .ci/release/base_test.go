package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// commit commits what a tree has.
func commit(t *testing.T, root string) {
	t.Helper()
	git(t, root, "add", ".")
	git(t, root, "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m", "x")
}

func git(t *testing.T, root string, args ...string) {
	t.Helper()
	if err := run(root, nil, "git", args...); err != nil {
		t.Fatal(err)
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"v0.1.0": "v0.2.0", "v1.2.3": "v1.3.0", "v0.9.0": "v0.10.0", "v1.2.3-rc.1": "v1.2.3", "next": "", "v1": "",
	} {
		if got, err := next(version); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", version, got, err)
		}
	}
}

// Once a version is tagged, only the commit that has the tag can be that version.
func TestRehearsed(t *testing.T) {
	t.Parallel()
	root := treeWith(t, nil)
	for _, c := range []struct {
		name string
		do   func()
		want string
	}{
		{"no commit, no tag", func() {}, "v0.1.0"},
		{"a tag of a module and of a longer version", func() {
			commit(t, root)
			git(t, root, "tag", "base/v0.1.0")
			git(t, root, "tag", "v0.1.0-rc.1")
			commit(t, root)
		}, "v0.1.0"},
		{"tagged here", func() {
			git(t, root, "-c", "user.name=x", "-c", "user.email=x@example.com", "tag", "-a", "-m", "x", "v0.1.0")
		}, "v0.1.0"},
		{"tagged before", func() { commit(t, root) }, "v0.2.0"},
	} {
		c.do()
		if got, err := rehearsed(root, "v0.1.0"); got != c.want || err != nil {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

// Each module is compared with what its tag has, and one without a tag with nothing.
func TestBases(t *testing.T) {
	t.Parallel()
	root := treeWith(t, map[string]string{"CHANGELOG.md": strings.ReplaceAll(changelog, "1.10.0", "1.2.0")})
	r := &release{Version: "v1.3.0", Copy: root}
	if _, err := r.bases(root, proxy(filepath.Join(t.TempDir(), "proxy"))); err == nil || !strings.Contains(err.Error(), "v1.2.0 before v1.3.0") {
		t.Error(err)
	}
	commit(t, root)
	git(t, root, "tag", "v1.2.0")
	git(t, root, "tag", "base/v1.2.0")
	if err := os.WriteFile(filepath.Join(root, "base/go.mod"), []byte(sound["base/go.mod"]+"\n// later\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	commit(t, root)

	from := proxy(filepath.Join(t.TempDir(), "proxy"))
	got, err := r.bases(root, from)
	if len(got) != 3 || got["."] != "v1.2.0" || got["base"] != "v1.2.0" || got["tool"] != "none" || err != nil {
		t.Error(got, err)
	}
	text, err := os.ReadFile(filepath.Join(string(from), own, "base/@v/v1.2.0.mod"))
	if string(text) != sound["base/go.mod"] || err != nil {
		t.Errorf("%s, %v", text, err)
	}
	if name := filepath.Join(string(from), own, "tool/@v/v1.2.0.zip"); exists(name) {
		t.Error(name)
	}

	first := &release{Version: "v1.1.0", Copy: root}
	if got, err := first.bases(root, from); len(got) != 3 || got["."] != "none" || err != nil {
		t.Error(got, err)
	}
}
