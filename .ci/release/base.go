package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

// tagged returns the commit of a tag, or nothing if there is no such tag.
func tagged(root, tag string) (string, error) {
	ref := "refs/tags/" + tag
	if name, err := output(root, nil, "git", "for-each-ref", ref); name == "" || err != nil {
		return "", err
	}
	return commitOf(root, ref)
}

func commitOf(root, name string) (string, error) {
	commit, err := output(root, nil, "git", "rev-parse", "--verify", name+"^{commit}")
	return strings.TrimSpace(commit), err
}

// rehearsed returns the version to rehearse: the one that is asked for or, if another commit has its tag, the one that may come
// next. What is tagged never changes, so that nothing else can become that version.
func rehearsed(root, version string) (string, error) {
	commit, err := tagged(root, version)
	if commit == "" || err != nil {
		return version, err
	}
	head, err := commitOf(root, "HEAD")
	if head == commit || err != nil {
		return version, err
	}
	return next(version)
}

// next returns the version that follows one and may add to it: v1.3.0 follows v1.2.3, and v1.2.3 v1.2.3-rc.1.
func next(version string) (string, error) {
	if early := semver.Prerelease(version); early != "" {
		return strings.TrimSuffix(version, early), nil
	}
	var major, minor int
	if _, err := fmt.Sscanf(version, "v%d.%d.", &major, &minor); err != nil {
		return "", fmt.Errorf("%s: no version, as v1.2.3 is one: %w", version, err)
	}
	return fmt.Sprintf("v%d.%d.0", major, minor+1), nil
}

// bases returns the version with which gorelease compares each published module, by folder: the one before, or none if the
// module has no tag of it, since it is newer. What was tagged is put into a proxy, which it is read from.
func (r *release) bases(root string, from proxy) (map[string]string, error) {
	modules, err := load(r.Copy)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, m := range publishedOf(modules) {
		found[m.Folder] = "none"
	}
	version, err := before(root, r.Version)
	if version == "none" || err != nil {
		return found, err
	}
	commit, err := tagged(root, version)
	if err != nil {
		return nil, err
	}
	if commit == "" {
		return nil, fmt.Errorf("CHANGELOG.md has %s before %s, and there is no such tag: git fetch --tags", version, r.Version)
	}
	return found, r.addBases(root, commit, version, from, found)
}

// addBases puts the modules that are tagged with a version into a proxy. They are made of files of the commit: the tree may be
// one of several of a repository, of which no module can be made.
func (r *release) addBases(root, commit, version string, to proxy, found map[string]string) error {
	files := string(to) + ".tree"
	tree, err := extract(root, commit, files)
	if err != nil {
		return err
	}
	modules, err := load(files)
	if err != nil {
		return err
	}
	for _, m := range modules {
		commit, err := tagged(root, m.Tag(version))
		if err != nil {
			return err
		}
		if commit == "" {
			continue
		}
		if _, err := to.Add(files, tree, m, version); err != nil {
			return err
		}
		found[m.Folder] = version
	}
	return nil
}

// extract writes the files of a commit into an empty folder, which becomes a repository, and returns the name of its tree.
func extract(root, commit, to string) (string, error) {
	if err := os.MkdirAll(to, 0o750); err != nil {
		return "", err
	}
	archive := to + ".tar"
	for _, step := range []struct {
		in   string
		args []string
	}{
		{root, []string{"git", "archive", "--format=tar", "--output=" + archive, commit}},
		{to, []string{"tar", "-xf", archive}},
		{to, []string{"git", "init", "-q", "-b", "main"}},
	} {
		if err := run(step.in, nil, step.args[0], step.args[1:]...); err != nil {
			return "", err
		}
	}
	return treeOf(to)
}
