package main

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// rules returns what would keep the modules of a tree from being fetched by others, or let them break apart.
func rules(root string) error {
	modules, err := load(root)
	if err != nil {
		return err
	}
	byPath := map[string]*module{}
	for _, m := range modules {
		byPath[m.Path] = m
	}
	var wrong []error
	versions := map[string]string{}
	for _, m := range modules {
		for _, r := range m.File.Replace {
			wrong = append(wrong, fmt.Errorf("%s/go.mod: replaces %s: a replacement does not travel, and go install refuses it", m.Folder, r.Old.Path))
		}
		for _, r := range m.File.Require {
			if !isOwn(r.Mod.Path) {
				continue
			}
			versions[r.Mod.Version] = m.Folder
			if m.Published && !byPath[r.Mod.Path].Published {
				wrong = append(wrong, fmt.Errorf("%s/go.mod: is published and requires %s, which is not", m.Folder, r.Mod.Path))
			}
		}
	}
	if len(versions) > 1 {
		wrong = append(wrong, fmt.Errorf("modules of this repository are required at several versions: %v", versions))
	}
	return errors.Join(slices.Concat(wrong, crossings(root, modules), workspace(root, modules))...)
}

// crossings returns the imports by which a published module needs internal packages of another one. Whoever uses both may
// have them at different versions, and what is internal may change between those. A program alone decides about the versions
// of what it is built from.
func crossings(root string, modules []*module) []error {
	files, err := tracked(root)
	wrong := []error{err}
	for _, file := range files {
		m := moduleOf(modules, own+"/"+file)
		if !strings.HasSuffix(file, ".go") || !m.Published || strings.Contains(file, "testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if strings.TrimSuffix(parsed.Name.Name, "_test") == "main" {
			continue
		}
		for _, spec := range parsed.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if isOwn(name) && strings.Contains(name+"/", "/internal/") && moduleOf(modules, name) != m {
				wrong = append(wrong, fmt.Errorf("%s: imports %s of another module", file, name))
			}
		}
	}
	return wrong
}

// moduleOf returns the module of a package, or of a file below the path of the root.
func moduleOf(modules []*module, name string) *module {
	for ; ; name = path.Dir(name) {
		for _, m := range modules {
			if m.Path == name {
				return m
			}
		}
	}
}
