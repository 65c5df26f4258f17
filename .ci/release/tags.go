package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// tag commits and tags the copy as a maintainer tags the repository.
func (r *release) tag() error {
	who := []string{
		"GIT_AUTHOR_NAME=rehearsal", "GIT_AUTHOR_EMAIL=rehearsal@example.com",
		"GIT_COMMITTER_NAME=rehearsal", "GIT_COMMITTER_EMAIL=rehearsal@example.com",
	}
	if err := run(r.Copy, nil, "git", "add", "--all", "--force"); err != nil {
		return err
	}
	if err := run(r.Copy, who, "git", "-c", "commit.gpgsign=false", "commit", "-q", "--no-verify", "-m", r.Version); err != nil {
		return err
	}
	modules, err := load(r.Copy)
	if err != nil {
		return err
	}
	for _, m := range publishedOf(modules) {
		if err := run(r.Copy, nil, "git", "-c", "tag.gpgsign=false", "tag", m.Tag(r.Version)); err != nil {
			return err
		}
	}
	return nil
}

// compare lets the go command make each module of its tag, as the proxy of everybody does, and compares the hash with the one
// that go.sum has.
func (r *release) compare() error {
	modules, err := load(r.Copy)
	if err != nil {
		return err
	}
	env := append(r.Env(), "GONOPROXY="+own, "GOPROXY=direct", "GOMODCACHE="+filepath.Join(filepath.Dir(r.Copy), "direct"),
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url.file://"+r.Copy+".insteadOf", "GIT_CONFIG_VALUE_0=https://"+own)
	empty := filepath.Join(filepath.Dir(r.Copy), "empty")
	if err := os.MkdirAll(empty, 0o750); err != nil {
		return err
	}
	for _, m := range publishedOf(modules) {
		text, err := output(empty, env, "go", "mod", "download", "-json", m.Path+"@"+r.Version)
		if err != nil {
			return err
		}
		var made struct{ Sum string }
		if err := json.Unmarshal([]byte(text), &made); err != nil {
			return err
		}
		if made.Sum != r.Hashes[m.Path] {
			return fmt.Errorf("%s: go makes %s of the tag, and go.sum of others has %s", m.Path, made.Sum, r.Hashes[m.Path])
		}
	}
	return nil
}
