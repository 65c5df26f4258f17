package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// programs are the modules that are installed, and the arguments with which they show that they run. All others are imported
// by the program in testdata/try.
var programs = map[string][]string{
	"fleet/cmd/fleet":         {"-h"},
	"examples/collect/stores": {"-demo", "-quiet", "-to", "sqlite:audit.db"},
}

// examples are programs of the root module that users run without a checkout.
var examples = []string{"examples/collect", "examples/smoke"}

// A user has nothing of this repository but a proxy, and no module yet.
type user struct {
	Folder, Version string
	Env             []string
}

// newUser returns one with an empty module cache. Versions of modules named private are not looked up in the checksum database.
func newUser(folder, version, proxies, private string) (*user, error) {
	env := []string{
		"GOENV=off", "GOWORK=off", "GOFLAGS=", "GOTOOLCHAIN=local", "GOPROXY=" + proxies, "GONOSUMDB=" + private,
		"GOMODCACHE=" + filepath.Join(folder, "modules"), "GOCACHE=" + buildCache, "GOBIN=" + filepath.Join(folder, "bin"),
	}
	for _, one := range os.Environ() {
		if !strings.HasPrefix(one, "GO") && !strings.HasPrefix(one, "AUDITLOGS_") {
			env = append(env, one)
		}
	}
	return &user{Folder: folder, Version: version, Env: env}, os.MkdirAll(folder, 0o750)
}

// Try uses a module: it imports it into a new one, which it builds and runs, or installs it. With -trimpath, what was compiled
// before can be used again, wherever the module cache is.
func (u *user) Try(root string, m *module) error {
	if args, ok := programs[m.Folder]; ok {
		if err := u.run(u.Folder, "go", "install", "-trimpath", m.Path+"@"+u.Version); err != nil {
			return err
		}
		return u.run(u.Folder, filepath.Join(u.Folder, "bin", filepath.Base(m.Path)), args...)
	}
	folder := filepath.Join(u.Folder, "try", m.Folder, "program")
	main := filepath.Join(root, ".ci/release/testdata/try", m.Folder, "main.go")
	if err := copyFile(main, filepath.Join(folder, "main.go")); err != nil {
		return err
	}
	steps := [][]string{
		{"mod", "init", "example.com/try"},
		{"get", m.Path + "@" + u.Version},
		{"get", "."}, // what the program imports besides, at the versions that the module requires
		{"build", "-trimpath", "-o", "try", "."},
	}
	for _, args := range steps {
		if err := u.run(folder, "go", args...); err != nil {
			return err
		}
	}
	return u.run(folder, filepath.Join(folder, "try"))
}

// TryAll uses all published modules of a tree, and the examples, and says how long each took.
func (u *user) TryAll(root string, modules []*module) error {
	for _, m := range publishedOf(modules) {
		begin := time.Now()
		if err := u.Try(root, m); err != nil {
			return err
		}
		fmt.Printf("%s@%s: used, %d s\n", m.Path, u.Version, int(time.Since(begin).Seconds()))
	}
	for _, folder := range examples {
		if err := u.run(u.Folder, "go", "run", "-trimpath", own+"/"+folder+"@"+u.Version); err != nil {
			return err
		}
		fmt.Printf("%s/%s@%s: run\n", own, folder, u.Version)
	}
	return nil
}

// run runs a command with nothing but what a user has.
func (u *user) run(folder, name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Dir, command.Env = folder, u.Env
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said)
	}
	return nil
}

// rehearse makes a release of a tree as it is, in a folder, and uses it.
func rehearse(root, work, version string) error {
	if err := rules(root); err != nil {
		return err
	}
	version, err := rehearsed(root, version)
	if err != nil {
		return err
	}
	begin := time.Now()
	r, err := prepare(root, work, version)
	if err != nil {
		return err
	}
	fmt.Printf("%s is ready: %d s\n", version, int(time.Since(begin).Seconds()))
	names, err := r.differences(root)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return fmt.Errorf("not tidy, see go run -C .ci/release . tidy: %s", strings.Join(names, ", "))
	}
	if err := errors.Join(r.tag(), r.compare()); err != nil {
		return err
	}
	modules, err := load(r.Copy)
	if err != nil {
		return err
	}
	u, err := newUser(filepath.Join(work, "user"), version, "file://"+string(r.Proxy)+","+theirs, own)
	if err != nil {
		return err
	}
	parts := filepath.Join(work, "parts")
	if err := os.Mkdir(parts, 0o700); err != nil {
		return err
	}
	looked := make(chan error, 1)
	go func() { looked <- r.extras(root, parts) }() // it waits for files, and users for the compiler
	return errors.Join(u.TryAll(root, modules), <-looked)
}

// published uses a release that others can use by now. It takes everything from the user's proxies.
func published(root, work, version string) error {
	modules, err := load(root)
	if err != nil {
		return err
	}
	u, err := newUser(filepath.Join(work, "user"), version, proxies, "")
	if err != nil {
		return err
	}
	return u.TryAll(root, modules)
}
