package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pinned are the tools that a release needs, and their versions.
var pinned = []string{
	"golang.org/x/exp/cmd/gorelease@v0.0.0-20261113113407-e3970619a1a4",
	"github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0",
}

// tools returns the folder of the pinned tools, which are installed once for each version.
func tools(root string) (string, error) {
	bin := filepath.Join(root, ".cache/release")
	for _, tool := range pinned {
		installed := filepath.Join(bin, strings.NewReplacer("/", "_").Replace(tool))
		if exists(installed) {
			continue
		}
		if err := run(root, []string{"GOWORK=off", "GOFLAGS=", "GOBIN=" + bin}, "go", "install", tool); err != nil {
			return "", err
		}
		if err := os.WriteFile(installed, nil, 0o600); err != nil {
			return "", err
		}
	}
	return bin, nil
}

// extras looks at each module as gorelease does, against the version before, and writes its parts into a folder.
func (r *release) extras(root, to string) error {
	modules, err := load(r.Copy)
	if err != nil {
		return err
	}
	from := proxy(string(r.Proxy) + ".before")
	bases, err := r.bases(root, from)
	if err != nil {
		return err
	}
	bin, err := tools(root)
	if err != nil {
		return err
	}
	command := exec.Command("bash", ".ci/release/extras", r.Version, to)
	command.Dir, command.Env = r.Copy, slices.Concat(os.Environ(), r.Env(), []string{
		// The first one that knows a module says which versions there are: the new one must not be among them.
		"GOPROXY=file://" + string(from) + ",file://" + string(r.Proxy) + "," + theirs,
		"PATH=" + bin + ":" + os.Getenv("PATH"),
	})
	var folders strings.Builder
	for _, m := range publishedOf(modules) {
		folders.WriteString(m.Folder + " " + bases[m.Folder] + "\n")
	}
	command.Stdin = strings.NewReader(folders.String())
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}
