package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A release is a version of all published modules, made in a copy of the tree.
type release struct {
	Version string
	Copy    string // the copy, a git repository of its own
	Proxy   proxy
	Cache   string            // the module cache: that of the user must not learn of versions that nobody else has
	Hashes  map[string]string // of published modules, as in go.sum, by path
}

// prepare copies a tree, and makes it one that can be tagged with a version: every module requires the others at that version,
// and go.sum has their hashes, although none is published yet. For that, level by level, modules are put into a proxy from
// which those of the next level are tidied. A module does not contain those below it, so nothing of a level changes when the
// next one is tidied, and one commit holds them all.
func prepare(root, work, version string) (*release, error) {
	r := &release{
		Version: version, Copy: filepath.Join(work, "tree"), Proxy: proxy(filepath.Join(work, "proxy")),
		Cache: filepath.Join(work, "modules"), Hashes: map[string]string{},
	}
	if err := copyTree(root, r.Copy); err != nil {
		return nil, err
	}
	modules, err := load(r.Copy)
	if err != nil {
		return nil, err
	}
	if err := r.require(modules); err != nil {
		return nil, err
	}
	for _, level := range levels(modules) {
		for _, m := range level {
			if err := run(filepath.Join(r.Copy, m.Folder), r.Env(), "go", "mod", "tidy"); err != nil {
				return nil, err
			}
		}
		if err := r.publish(level); err != nil {
			return nil, err
		}
	}
	return r, r.verify(modules)
}

// Env returns the environment in which the go command gets modules of this repository from the proxy. What the user's cache
// has of others need not be fetched again.
func (r *release) Env() []string {
	return []string{
		"GOWORK=off", "GOFLAGS=-modcacherw", "GONOSUMDB=" + own, "GOPRIVATE=", "GONOPROXY=", "GOMODCACHE=" + r.Cache,
		"GOPROXY=file://" + string(r.Proxy) + "," + theirs,
	}
}

// manifest names the version of the receiver for whoever builds a Collector.
const manifest = "auditlogsreceiver/example/builder.yaml"

// require sets the version at which modules of this repository are required, and replaced in go.work. What go.sum has of the
// last release goes.
func (r *release) require(modules []*module) error {
	for _, m := range modules {
		for _, need := range m.Needs() {
			if err := m.File.AddRequire(need, r.Version); err != nil {
				return err
			}
		}
		text, err := m.File.Format()
		if err != nil {
			return err
		}
		folder := filepath.Join(r.Copy, m.Folder)
		if err := os.WriteFile(filepath.Join(folder, "go.mod"), text, 0o600); err != nil {
			return err
		}
		if sum := filepath.Join(folder, "go.sum"); exists(sum) {
			if err := replace(sum, sum, func(there, _ []byte) []byte { return without(there) }); err != nil {
				return err
			}
		}
	}
	return errors.Join(r.rename("go.work", `(?m)(^\s*(?:replace )?`+named+`) v\S+ =>`, "$1 "+r.Version+" =>"),
		r.rename(manifest, `(gomod: `+named+`) v\S+`, "$1 "+r.Version))
}

// named is a module of this repository, in a regular expression.
var named = regexp.QuoteMeta(own) + `(?:/\S+)?`

// rename replaces what a regular expression finds in a file of the copy.
func (r *release) rename(file, found, by string) error {
	name := filepath.Join(r.Copy, file)
	return replace(name, name, func(there, _ []byte) []byte { return regexp.MustCompile(found).ReplaceAll(there, []byte(by)) })
}

// publish puts those modules of a level that are published into the proxy.
func (r *release) publish(level []*module) error {
	tree, err := treeOf(r.Copy)
	if err != nil {
		return err
	}
	for _, m := range publishedOf(level) {
		if r.Hashes[m.Path], err = r.Proxy.Add(r.Copy, tree, m, r.Version); err != nil {
			return err
		}
	}
	return nil
}

// verify makes all modules once more, of the whole tree, and compares them.
func (r *release) verify(modules []*module) error {
	tree, err := treeOf(r.Copy)
	if err != nil {
		return err
	}
	for _, m := range publishedOf(modules) {
		again, err := proxy(string(r.Proxy)+".again").Add(r.Copy, tree, m, r.Version)
		if err != nil {
			return err
		}
		if again != r.Hashes[m.Path] {
			return fmt.Errorf("%s: changed while others were made ready", m.Path)
		}
	}
	return nil
}

// differences returns the go.mod and go.sum files that a copy has otherwise than the tree, but for versions and hashes of
// modules of this repository: those that somebody forgot to tidy.
func (r *release) differences(root string) ([]string, error) {
	modules, err := load(r.Copy)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range modules {
		for _, file := range []string{"go.mod", "go.sum"} {
			name := filepath.Join(m.Folder, file)
			here, err := others(filepath.Join(root, name))
			if err != nil {
				return nil, err
			}
			there, err := others(filepath.Join(r.Copy, name))
			if err != nil {
				return nil, err
			}
			if !bytes.Equal(here, there) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// others returns a go.mod or go.sum file without the versions of modules of this repository. A file that is missing is empty.
func others(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if strings.HasSuffix(name, "go.sum") {
		return without(text), err
	}
	return required.ReplaceAll(text, []byte("$1")), err
}

// required is a requirement of a module of this repository, with its version.
var required = regexp.MustCompile(`(?m)^((?:require )?\s*` + named + `) v\S+`)
