package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// own is the path of the root module, which those of all others begin with.
const own = "github.com/auditlogs/auditlogs-go"

// isOwn reports whether a module or a package belongs to this repository.
func isOwn(name string) bool { return name == own || strings.HasPrefix(name, own+"/") }

// A module is one of this repository.
type module struct {
	Path      string
	Folder    string // relative to the root, with slashes; "." for the root module
	Published bool
	File      *modfile.File
}

// Needs returns the modules of this repository that a module requires.
func (m *module) Needs() []string {
	var needs []string
	for _, r := range m.File.Require {
		if isOwn(r.Mod.Path) {
			needs = append(needs, r.Mod.Path)
		}
	}
	return needs
}

// Tag returns the tag of a version of a module.
func (m *module) Tag(version string) string { return path.Join(m.Folder, version) }

// load reads the modules of a tree, in the order in which they can be released: each behind those that it needs.
func load(root string) ([]*module, error) {
	files, err := tracked(root)
	if err != nil {
		return nil, err
	}
	published, err := readPublished(root)
	if err != nil {
		return nil, err
	}
	var modules []*module
	for _, file := range files {
		if path.Base(file) != "go.mod" || strings.HasPrefix(file, ".") || strings.Contains(file, "testdata/") {
			continue
		}
		m, err := readModule(root, path.Dir(file))
		if err != nil {
			return nil, err
		}
		m.Published = slices.Contains(published, m.Folder)
		modules = append(modules, m)
	}
	for _, folder := range published {
		if !slices.ContainsFunc(modules, func(m *module) bool { return m.Folder == folder }) {
			return nil, fmt.Errorf("published: %s is no module", folder)
		}
	}
	return slices.Concat(levels(modules)...), loops(modules)
}

func readModule(root, folder string) (*module, error) {
	name := filepath.Join(root, folder, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(path.Join(folder, "go.mod"), text, nil)
	if err != nil {
		return nil, err
	}
	m := &module{Path: file.Module.Mod.Path, Folder: folder, File: file}
	if want := path.Join(own, folder); m.Path != want {
		return nil, fmt.Errorf("%s: module %s must be %s", folder, m.Path, want)
	}
	return m, nil
}

// readPublished reads the list of folders whose modules are published.
func readPublished(root string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, ".ci/release/published"))
	var folders []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			folders = append(folders, line)
		}
	}
	return folders, err
}

// levels sorts modules into levels: those of a level need only modules of earlier ones.
func levels(modules []*module) [][]*module {
	var sorted [][]*module
	done := map[string]bool{}
	for rest := modules; len(rest) > 0; {
		var level, later []*module
		for _, m := range rest {
			if slices.ContainsFunc(m.Needs(), func(need string) bool { return !done[need] }) {
				later = append(later, m)
			} else {
				level = append(level, m)
			}
		}
		if len(level) == 0 {
			return sorted
		}
		for _, m := range level {
			done[m.Path] = true
		}
		slices.SortFunc(level, func(a, b *module) int { return strings.Compare(a.Folder, b.Folder) })
		sorted, rest = append(sorted, level), later
	}
	return sorted
}

// loops is an error if modules need each other, or some that are not there.
func loops(modules []*module) error {
	if sorted := slices.Concat(levels(modules)...); len(sorted) < len(modules) {
		return errors.New("modules need each other, or one that does not exist")
	}
	return nil
}

// publishedOf returns those of modules that are published.
func publishedOf(modules []*module) []*module {
	return slices.DeleteFunc(slices.Clone(modules), func(m *module) bool { return !m.Published })
}
