package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A release changes the versions of this repository's modules, and no others.
func TestRequire(t *testing.T) {
	t.Parallel()
	work := "go 1.26.0\n\nuse .\n\n// Why.\nreplace (\n\t" + own + " v0.1.0 => ./\n\t" + own + "/base v0.1.0 => ./base\n)\n\nreplace a.com/b => a.com/b v0.1.0\n"
	root := treeWith(t, map[string]string{
		"go.work": work, manifest: "- gomod: " + own + "/base v0.1.0\n- gomod: a.com/b v0.1.0\n",
		"base/go.mod": sound["base/go.mod"] + "\nrequire a.com/b v0.1.0 // indirect\n",
		"base/go.sum": "a.com/b v0.1.0 h1:x\n" + own + " v0.1.0 h1:x\n",
	})
	modules, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	r := &release{Version: "v0.2.0", Copy: root}
	if err := r.require(modules); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"go.work":     "go 1.26.0\n\nuse .\n\n// Why.\nreplace (\n\t" + own + " v0.2.0 => ./\n\t" + own + "/base v0.2.0 => ./base\n)\n\nreplace a.com/b => a.com/b v0.1.0\n",
		manifest:      "- gomod: " + own + "/base v0.2.0\n- gomod: a.com/b v0.1.0\n",
		"base/go.mod": "module " + own + "/base\n\nrequire " + own + " v0.2.0\n\nrequire a.com/b v0.1.0 // indirect\n",
		"base/go.sum": "a.com/b v0.1.0 h1:x\n",
		"go.mod":      sound["go.mod"],
	} {
		if text, err := os.ReadFile(filepath.Join(root, file)); err != nil || string(text) != want {
			t.Errorf("%s: %v\n%s", file, err, text)
		}
	}
}
