package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	modules "golang.org/x/mod/module"
)

// workspace returns what go.work lacks: modules of the tree, and those that they require at the version that they require.
// Without it, that version would have to be published.
func workspace(root string, all []*module) []error {
	text, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		return []error{err}
	}
	file, err := modfile.ParseWork("go.work", text, nil)
	if err != nil {
		return []error{err}
	}
	var wrong []error
	for _, m := range all {
		used := func(u *modfile.Use) bool { return filepath.Clean(u.Path) == m.Folder }
		if !slices.ContainsFunc(file.Use, used) {
			wrong = append(wrong, fmt.Errorf("go.work: does not use %s", m.Folder))
		}
		for _, r := range m.File.Require {
			replaced := func(one *modfile.Replace) bool { return one.Old == modules.Version(r.Mod) }
			if isOwn(r.Mod.Path) && !slices.ContainsFunc(file.Replace, replaced) {
				wrong = append(wrong, fmt.Errorf("go.work: does not replace %s, which %s requires", r.Mod, m.Folder))
			}
		}
	}
	return wrong
}
