package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is put into the proxy is what the go command makes of a tag, also where a module has no licence of its own.
func TestCompare(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	r := &release{
		Version: "v0.1.0", Copy: filepath.Join(work, "tree"), Proxy: proxy(filepath.Join(work, "proxy")),
		Cache: filepath.Join(work, "modules"), Hashes: map[string]string{},
	}
	if err := copyTree(treeWith(t, map[string]string{"LICENSE": "free\n", "base/.hidden/a b.txt": "x\n"}), r.Copy); err != nil {
		t.Fatal(err)
	}
	modules, err := load(r.Copy)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{func() error { return r.publish(modules) }, r.tag, r.compare} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}

	if err := os.WriteFile(filepath.Join(r.Copy, "base/more.go"), []byte("package base\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.publish(modules); err != nil {
		t.Fatal(err)
	}
	if err := r.compare(); err == nil || !strings.Contains(err.Error(), own+"/base: go makes h1:") {
		t.Error(err)
	}
	if err := r.verify(modules); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(r.Copy, "base/more.go")); err != nil {
		t.Fatal(err)
	}
	if err := r.verify(modules); err == nil || !strings.Contains(err.Error(), own+"/base: changed") {
		t.Error(err)
	}
}
