package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// write makes a tree one that can be tagged with a version.
func write(root, work, version string) error {
	r, err := prepare(root, work, version)
	if err != nil {
		return err
	}
	files, err := r.files()
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := replace(filepath.Join(r.Copy, file), filepath.Join(root, file), same); err != nil {
			return err
		}
	}
	return r.print()
}

// prepared is an error if a tree is not what write makes of it.
func prepared(root, work, version string) error {
	_, err := ready(root, work, version)
	return err
}

// dist writes the notes of a release, and the parts of each module, into the folder dist.
func dist(root, work, version string) error {
	r, err := ready(root, work, version)
	if err != nil {
		return err
	}
	to := filepath.Join(root, "dist")
	if err := errors.Join(os.MkdirAll(to, 0o750), r.tag()); err != nil {
		return err
	}
	text, err := notes(root, version)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(to, "notes.md"), []byte(text), 0o600), r.extras(root, to))
}

// ready makes a release of a tree, which must be ready for it.
func ready(root, work, version string) (*release, error) {
	if _, err := notes(root, version); err != nil {
		return nil, err
	}
	r, err := prepare(root, work, version)
	if err != nil {
		return nil, err
	}
	files, err := r.files()
	if err != nil {
		return nil, err
	}
	var wrong []error
	for _, file := range files {
		here, err := os.ReadFile(filepath.Join(root, file))
		there, err2 := os.ReadFile(filepath.Join(r.Copy, file))
		if !bytes.Equal(here, there) {
			err = fmt.Errorf("%s is not ready for %s", file, version)
		}
		wrong = append(wrong, err, err2)
	}
	return r, errors.Join(append(wrong, r.print())...)
}

// print prints the tags of a release, in their order, and the hashes that go.sum will have.
func (r *release) print() error {
	modules, err := load(r.Copy)
	for _, m := range publishedOf(modules) {
		fmt.Println(m.Tag(r.Version), r.Hashes[m.Path])
	}
	return err
}

// tidy tidies all modules of a tree. What their go.sum files have of modules of this repository stays: it is that of the last
// release, and what is being written has no hash yet.
func tidy(root, work, version string) error {
	r, err := prepare(root, work, version)
	if err != nil {
		return err
	}
	names, err := r.differences(root)
	for _, name := range names {
		fmt.Println(name)
		change := same
		if strings.HasSuffix(name, "go.sum") {
			change = func(there, here []byte) []byte { return merge(without(there), only(here)) }
		}
		err = errors.Join(err, replace(filepath.Join(r.Copy, name), filepath.Join(root, name), change))
	}
	return err
}

// files returns the files that a release changes.
func (r *release) files() ([]string, error) {
	modules, err := load(r.Copy)
	files := []string{"go.work", manifest}
	for _, m := range modules {
		files = append(files, filepath.Join(m.Folder, "go.mod"))
		if sum := filepath.Join(m.Folder, "go.sum"); exists(filepath.Join(r.Copy, sum)) {
			files = append(files, sum)
		}
	}
	return files, err
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// replace writes to a file what another one has, changed with what it had itself.
func replace(from, to string, change func(there, here []byte) []byte) error {
	there, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	here, err := os.ReadFile(to)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(to, change(there, here), 0o644) //nolint:gosec // a file of the repository
}

func same(there, _ []byte) []byte { return there }

// without returns the lines of a go.sum about modules of others, and only those about modules of this repository.
func without(sum []byte) []byte { return lines(sum, func(line string) bool { return !isOwn(line) }) }
func only(sum []byte) []byte    { return lines(sum, isOwn) }

func lines(text []byte, keep func(module string) bool) []byte {
	var kept bytes.Buffer
	for line := range bytes.Lines(text) {
		name, _, _ := bytes.Cut(line, []byte(" "))
		if keep(string(name)) {
			kept.Write(line)
		}
	}
	return kept.Bytes()
}

// merge puts the lines of two go.sum files together, in the order of the go command.
func merge(a, b []byte) []byte {
	all := slices.Collect(bytes.Lines(slices.Concat(a, b)))
	slices.SortFunc(all, bytes.Compare)
	return bytes.Join(all, nil)
}
