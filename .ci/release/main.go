// Command release makes releases of the modules of this repository, and rehearses them. RELEASING.md says how it is used.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const usage = `go run -C .ci/release . COMMAND
  order              prints the published modules in the order of their release, one level a line
  rules              checks what must hold so that others can fetch the modules
  tidy               tidies go.mod and go.sum of all modules, which go mod tidy cannot while versions are not published
  prepare VERSION    writes go.mod, go.sum and go.work for a version, before the commit that is tagged
  prepared VERSION   checks that this was done, and what the tags will be
  dist VERSION       the same, and writes its notes and the parts of each module to dist/
  rehearse [VERSION] makes a release in a folder, and uses every module of it as others will; of the next version, once this one
                     is tagged
  published VERSION  uses every module of a release as others do, from the proxy of everybody
  newest             prints the version that CHANGELOG.md names first
  notes VERSION      prints what CHANGELOG.md says of a version`

// theirs is where modules of others come from: the user's module cache, which is a proxy, too, and the user's proxies.
// proxies is the latter alone, and buildCache where compiled packages are.
var theirs, proxies, buildCache string

func main() {
	if err := do(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func do(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	if err := settings(); err != nil {
		return err
	}
	command, version := args[0], ""
	if len(args) > 1 {
		version = args[1]
	} else if version, err = newest(root); err != nil {
		return err
	}
	switch command {
	case "order":
		return printOrder(root)
	case "rules":
		return rules(root)
	case "newest":
		fmt.Println(version)
		return nil
	case "notes":
		text, err := notes(root, version)
		fmt.Print(text)
		return err
	case "tidy", "prepare", "prepared", "dist", "rehearse", "published":
		return within(func(work string) error { return long[command](root, work, version) })
	default:
		return errors.New(usage)
	}
}

// long are the commands that need a folder to work in.
var long = map[string]func(root, work, version string) error{
	"tidy": tidy, "prepare": write, "prepared": prepared, "dist": dist, "rehearse": rehearse, "published": published,
}

// within calls a function with an empty folder outside the tree, which is gone afterwards. It is a new one each time: the go
// command remembers which packages a folder in a module cache has, and here the same version has others from run to run.
func within(do func(work string) error) error {
	work, err := os.MkdirTemp("", "auditlogs-release-")
	if err != nil {
		return err
	}
	return errors.Join(do(work), remove(work))
}

// remove removes a folder in which there may be a module cache, which is read-only.
func remove(folder string) error {
	_ = filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(name, 0o700) //nolint:gosec // a folder
		}
		return err
	})
	return os.RemoveAll(folder)
}

func settings() error {
	text, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY", "GOCACHE").Output()
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	proxies, buildCache = lines[1], lines[2]
	theirs = "file://" + filepath.Join(lines[0], "cache/download") + "," + proxies
	return nil
}

func printOrder(root string) error {
	modules, err := load(root)
	for _, level := range levels(publishedOf(modules)) {
		var folders []string
		for _, m := range level {
			folders = append(folders, m.Folder)
		}
		fmt.Println(strings.Join(folders, " "))
	}
	return err
}
