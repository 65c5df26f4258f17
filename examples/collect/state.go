package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// stateVersion changes with the meaning of a state. The program does not read a state of another version.
const stateVersion = 1

// state is what the next run has to know. It is stored in one file, so that the length of the output and the places
// always match.
type state struct {
	Version int              `json:"version"`
	Output  string           `json:"output"` // file name without the folder, so that both files may move together
	Demo    bool             `json:"demo"`   // made-up and real records do not mix
	Size    int64            `json:"size"`   // of the output
	Tail    string           `json:"tail"`   // digest of the output's last bytes
	Sources map[string]place `json:"sources"`
}

// place is the position in a source: in a range, after it, or following.
type place struct {
	Begin  time.Time        `json:"begin,omitzero"` // of the first range
	Since  time.Time        `json:"since,omitzero"` // of this range
	Until  time.Time        `json:"until,omitzero"`
	Cursor auditlogs.Cursor `json:"cursor,omitempty"`
	Done   bool             `json:"done,omitempty"` // the whole range was read
	Follow bool             `json:"follow,omitempty"`
}

// loadState reads a state and rejects whatever it does not understand: starting again would write records twice.
func loadState(path string) (*state, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the state cannot be read: %w", err)
	}
	var version struct{ Version int }
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, fmt.Errorf("the state %s cannot be read, it is damaged or something else: %w", path, err)
	}
	if version.Version != stateVersion {
		return nil, fmt.Errorf("the state %s has version %d, this program knows only %d", path, version.Version, stateVersion)
	}
	var s state
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&s); err != nil {
		return nil, fmt.Errorf("the state %s cannot be read, it is damaged or something else: %w", path, err)
	}
	if s.Size < 0 || s.Sources == nil {
		return nil, fmt.Errorf("the state %s cannot be read, it is damaged", path)
	}
	return &s, nil
}

// store replaces the file as a whole: after a crash at any moment, the file contains the old state or the new one.
func (s *state) store(path string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	temporary := path + ".tmp"
	if err := writeSynced(temporary, append(data, '\n')); err != nil {
		return fmt.Errorf("the state cannot be stored: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("the state cannot be stored: %w", err)
	}
	return syncFolder(path)
}

func writeSynced(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, privateFile)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncFolder makes sure that a new file name survives a power failure. Windows does this by itself.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
