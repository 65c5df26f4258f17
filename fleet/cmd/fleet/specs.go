package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/cmd/fleet/open"
	"go.yaml.in/yaml/v3"
)

// specFile is a file of specs.
type specFile struct {
	Specs []logSpec `yaml:"specs"`
}

// logSpec is a log of a tenant, as a file says it.
type logSpec struct {
	Tenant   string        `yaml:"tenant"`
	API      auditlogs.API `yaml:"api"`
	Name     string        `yaml:"name"`
	Params   open.Params   `yaml:"params"`
	Secret   string        `yaml:"secret"`
	Since    when          `yaml:"since"`
	Backfill *backfill     `yaml:"backfill"`
}

// backfill is a range of the past, which is read in windows.
type backfill struct {
	Since when          `yaml:"since"`
	Until when          `yaml:"until"`
	Step  time.Duration `yaml:"step"`
}

// when is a day, in UTC, or a time.
type when struct{ time.Time }

// UnmarshalYAML reads a time with or without quotes.
func (w *when) UnmarshalYAML(n *yaml.Node) error {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, n.Value); err == nil {
			w.Time = t.UTC()
			return nil
		}
	}
	return fmt.Errorf("line %d: a time is written as 2026-11-01, or as 2026-11-01T15:04:05Z", n.Line)
}

// readSpecs reads the specs of a file, and refuses what the fleet would. Errors tell the line.
func readSpecs(text []byte) ([]fleet.Spec, error) {
	file, lines, err := parseSpecs(text)
	if err != nil {
		return nil, err
	}
	var all []fleet.Spec
	seen := map[string]int{}
	for i, one := range file.Specs {
		specs, err := one.specs()
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", lines[i], err)
		}
		for _, s := range specs {
			if before, ok := seen[s.Source()]; ok {
				return nil, fmt.Errorf("line %d: tenant, api and name are those of line %d", lines[i], before)
			}
			seen[s.Source()] = lines[i]
		}
		all = append(all, specs...)
	}
	return all, nil
}

// parseSpecs reads the one document of a file, and the lines at which its specs begin.
func parseSpecs(text []byte) (file specFile, lines []int, err error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return file, nil, plain(err)
	}
	if len(file.Specs) == 0 {
		return file, nil, errors.New("there are no specs")
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return file, nil, errors.New("there is more than one document")
	}
	var nodes struct {
		Specs []yaml.Node `yaml:"specs"`
	}
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return file, nil, plain(err)
	}
	for _, n := range nodes.Specs {
		lines = append(lines, n.Line)
	}
	return file, lines, nil
}

var (
	goType = regexp.MustCompile(` (in|into) (type )?[\w.*\[\]]+`)
	quoted = regexp.MustCompile(" `[^`]*`")
)

// plain writes the faults of YAML on one line, without names of Go and without values.
func plain(err error) error {
	faults := []string{err.Error()}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		faults = several.Errors
	}
	for i, text := range faults {
		text = strings.TrimPrefix(text, "yaml: ")
		text = goType.ReplaceAllString(quoted.ReplaceAllString(text, ""), "")
		faults[i] = strings.NewReplacer("cannot unmarshal !!map", "no mapping is expected", "cannot unmarshal !!seq", "no list is expected",
			"cannot unmarshal !!", "the value is of a wrong type: ").Replace(text)
	}
	return errors.New(strings.Join(faults, "; "))
}

// specs returns what the fleet is to read: one log, or also windows of its past.
func (l logSpec) specs() ([]fleet.Spec, error) {
	params, err := json.Marshal(l.Params)
	if err != nil {
		return nil, err
	}
	s := fleet.Spec{Tenant: l.Tenant, API: l.API, Name: l.Name, Params: params, Secret: l.Secret, Since: l.Since.Time}
	switch {
	case l.Tenant == "":
		return nil, errors.New("tenant is not set")
	case l.API == "":
		return nil, errors.New("api is not set")
	}
	if err := open.Check(s); err != nil {
		return nil, err
	}
	if l.Backfill == nil {
		return []fleet.Spec{s}, nil
	}
	all, err := fleet.Backfill(s, deliver.Windows{Since: l.Backfill.Since.Time, Until: l.Backfill.Until.Time, Step: l.Backfill.Step})
	if err != nil {
		return nil, fmt.Errorf("backfill: %w", err)
	}
	return all, open.Check(all[0]) // the others differ from it in their times only
}
