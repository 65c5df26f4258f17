package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	modules "golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// A proxy is a folder in the form of a module proxy, which the go command reads with GOPROXY=file://.
type proxy string

// Add puts a version of a module there, out of a tree of a repository, in the very form in which the go command would make
// it of the tag. It returns the hash that go.sum has for it.
func (p proxy) Add(repository, tree string, m *module, version string) (hash string, err error) {
	folder := filepath.Join(string(p), m.Path, "@v")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", err
	}
	at := filepath.Join(folder, version)
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{version, time.Unix(0, 0).UTC()})
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(repository, m.Folder, "go.mod"))
	if err != nil {
		return "", err
	}
	for name, text := range map[string][]byte{filepath.Join(folder, "list"): []byte(version + "\n"), at + ".info": info, at + ".mod": text} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return "", err
		}
	}
	if err := pack(at+".zip", repository, tree, m, version); err != nil {
		return "", err
	}
	return dirhash.HashZip(at+".zip", dirhash.Hash1)
}

func pack(name, repository, tree string, m *module, version string) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	folder := m.Folder
	if folder == "." {
		folder = ""
	}
	return zip.CreateFromVCS(file, modules.Version{Path: m.Path, Version: version}, repository, tree, folder)
}
