// Command vulndb builds a database that govulncheck can read from the reports in a copy of golang.org/x/vulndb:
//
//	go run ./.ci/vulndb COPY DATABASE
//
// The module contains the reports, so the module proxy is the only server that is needed.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// report holds the parts of a report that go into the index.
type report struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Aliases  []string  `json:"aliases,omitempty"`
	Affected []struct {
		Package struct {
			Name string `json:"name"`
		} `json:"package"`
		Ranges []struct {
			Events []struct {
				Fixed string `json:"fixed"`
			} `json:"events"`
		} `json:"ranges"`
	} `json:"affected"`
}

// module is an entry of the index by module.
type module struct {
	Path  string  `json:"path"`
	Vulns []entry `json:"vulns"`
}

type entry struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Aliases  []string  `json:"aliases,omitempty"`
	Fixed    string    `json:"fixed,omitempty"`
}

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("want the folder of golang.org/x/vulndb and that of the database"))
	}
	if err := build(filepath.Join(os.Args[1], "data", "osv"), os.Args[2]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "vulndb:", err)
	os.Exit(1)
}

// build copies the reports and writes the three index files.
func build(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "GO-*.json"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no reports in %s", from)
	}
	var vulns []entry
	byModule := map[string][]entry{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		vulns = append(vulns, entry{ID: r.ID, Modified: r.Modified, Aliases: r.Aliases})
		for path, fixed := range r.modules() {
			byModule[path] = append(byModule[path], entry{ID: r.ID, Modified: r.Modified, Fixed: fixed})
		}
		if err := write(filepath.Join(to, "ID", r.ID+".json"), text); err != nil {
			return err
		}
	}
	var modules []module
	for path, entries := range byModule {
		modules = append(modules, module{path, entries})
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return writeIndex(filepath.Join(to, "index"), vulns, modules)
}

// modules returns the modules that a report is about, each with the last version that fixes it.
func (r report) modules() map[string]string {
	fixed := map[string]string{}
	for _, a := range r.Affected {
		fixed[a.Package.Name] = ""
		for _, span := range a.Ranges {
			for _, event := range span.Events {
				if event.Fixed != "" {
					fixed[a.Package.Name] = event.Fixed
				}
			}
		}
	}
	return fixed
}

func writeIndex(folder string, vulns []entry, modules []module) error {
	newest := time.Time{}
	for _, v := range vulns {
		if v.Modified.After(newest) {
			newest = v.Modified
		}
	}
	for name, content := range map[string]any{
		"db": map[string]time.Time{"modified": newest}, "vulns": vulns, "modules": modules,
	} {
		text, err := json.Marshal(content)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, name+".json"), text); err != nil {
			return err
		}
	}
	fmt.Printf("reports: %d\n", len(vulns))
	return nil
}

func write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
