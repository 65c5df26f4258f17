package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sound is a tree in which nothing is wrong.
var sound = map[string]string{
	".ci/release/published":      "# why\n.\ntool\nbase\n",
	"go.work":                    "go 1.26.0\n\nuse (\n\t.\n\t./base\n\t./lab\n\t./tool\n\t./work\n)\n\nreplace (\n\t" + own + " v0.1.0 => ./\n\t" + own + "/base v0.1.0 => ./base\n\t" + own + "/tool v0.1.0 => ./tool\n)\n",
	"go.mod":                     "module " + own + "\n",
	"internal/x/x.go":            "package x\n",
	"base/go.mod":                "module " + own + "/base\n\nrequire " + own + " v0.1.0\n",
	"base/base.go":               "package base\n\nimport _ \"" + own + "/base/internal/y\"\n",
	"base/internal/y/y.go":       "package y\n",
	"base/testdata/z.go":         "package z\n\nimport _ \"" + own + "/internal/x\"\n",
	"tool/go.mod":                "module " + own + "/tool\n\nrequire (\n\t" + own + " v0.1.0\n\t" + own + "/base v0.1.0\n)\n",
	"tool/main.go":               "package main\n\nimport _ \"" + own + "/internal/x\"\n",
	"work/go.mod":                "module " + own + "/work\n\nrequire " + own + "/tool v0.1.0\n",
	"work/work.go":               "package work\n\nimport _ \"" + own + "/internal/x\"\n",
	"work/testdata/other/go.mod": "module example.com/other\n",
}

// treeWith writes a tree as git knows it, with some files that are different.
func treeWith(t *testing.T, changes map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for _, files := range []map[string]string{sound, changes} {
		for name, text := range files {
			file := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}} {
		if err := run(root, nil, "git", args...); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, want string }{
		{"sound", "internal/x/x.go", "package x\n", ""},
		{"a replacement", "base/go.mod", sound["base/go.mod"] + "\nreplace " + own + " => ../\n", "base/go.mod: replaces " + own},
		{"two versions", "base/go.mod", "module " + own + "/base\n\nrequire " + own + " v0.0.0\n", "several versions"},
		{"an internal package of the root", "base/base.go", sound["work/work.go"], "base/base.go: imports " + own + "/internal/x of another"},
		{"one in a test", "base/base_test.go", "package base_test\n\nimport _ \"" + own + "/internal/x\"\n", "base/base_test.go: imports"},
		{"one that is not published", "base/go.mod", "module " + own + "/base\n\nrequire " + own + "/lab v0.1.0\n", "requires " + own + "/lab, which is not"},
		{"one that is not there", "base/go.mod", "module " + own + "/base\n\nrequire " + own + "/none v0.1.0\n", "need each other, or one that does not exist"},
		{"one that the workspace lacks", "more/go.mod", "module " + own + "/more\n", "go.work: does not use more"},
		{"a version that it lacks", "work/go.mod", "module " + own + "/work\n\nrequire " + own + "/lab v0.1.0\n", "go.work: does not replace " + own + "/lab@v0.1.0, which work requires"},
		{"a circle", "base/go.mod", "module " + own + "/base\n\nrequire " + own + "/tool v0.1.0\n", "need each other"},
		{"a wrong name", "base/go.mod", "module " + own + "/bass\n", "module " + own + "/bass must be " + own + "/base"},
		{"a folder that is none", ".ci/release/published", ".\nbass\n", "published: bass is no module"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := treeWith(t, map[string]string{c.file: c.text, "lab/go.mod": "module " + own + "/lab\n"})
			err := rules(root)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	modules, err := load(treeWith(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range publishedOf(modules) {
		got = append(got, m.Tag("v1.2.3"))
	}
	if text := strings.Join(got, " "); text != "v1.2.3 base/v1.2.3 tool/v1.2.3" {
		t.Error(text)
	}
}
