package collect

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// oldFlags are those with which earlier releases wrote a file and a state beside it. They are refused with what to do, and
// the files stay as they are.
type oldFlags struct{ output, state string }

func (o *oldFlags) define(fs *flag.FlagSet) {
	fs.StringVar(&o.output, "o", "", "")
	fs.StringVar(&o.state, "state", "", "")
}

func (o *oldFlags) refuse() error {
	switch {
	case o.state != "":
		return o.refuseState()
	case o.output != "":
		return fmt.Errorf("-o was replaced by -to, which wants a file of its own, such as -to %s", quoted("file:"+beside(o.output)))
	}
	return nil
}

// refuseState says what the old output has, and how to go on.
func (o *oldFlags) refuseState() error {
	s, err := loadOldState(o.state)
	if err != nil {
		return fmt.Errorf("-state was replaced by -to file:PATH, which keeps the place with the records. "+
			"From %s it cannot be told up to what time the old output is complete: %w", o.state, err)
	}
	output := o.output
	if output == "" {
		output = filepath.Join(filepath.Dir(o.state), s.Output)
	}
	advice := fmt.Sprintf("-o and -state were replaced by -to, and the old files stay as they are. %s ", output)
	command := "collect -to " + quoted("file:"+beside(output))
	until, followed := s.complete()
	switch {
	case until.IsZero():
		advice += "is not known to be complete up to any time. To have everything in a new file:"
	case followed:
		command += " -catch-up -since " + timeText(until)
		advice += "is complete up to " + timeText(until) + " at least, from when on it was followed. " +
			"To have in a new file what is later, and what the old one has of it once more:"
	default:
		command += " -catch-up -since " + timeText(until)
		advice += "is complete up to " + timeText(until) + ". To have what is later in a new file:"
	}
	return errors.New(advice + "\n  " + command)
}

// oldState is what matters here of a state of before.
type oldState struct {
	Version int                 `json:"version"`
	Output  string              `json:"output"`
	Sources map[string]oldPlace `json:"sources"`
}

// oldPlace is in a range, behind it if Done, or following from Since.
type oldPlace struct {
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	Done   bool      `json:"done"`
	Follow bool      `json:"follow"`
}

func loadOldState(path string) (*oldState, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s oldState
	if err := json.Unmarshal(data, &s); err != nil || s.Version != 1 {
		return nil, errors.New("it is no state of version 1")
	}
	return &s, nil
}

// complete returns the time before which everything was read of every source; zero if that is not known. What was read of an
// unfinished range, or since a source was followed, does not count, because only the API's cursor says what that is.
func (s *oldState) complete() (until time.Time, followed bool) {
	first := true
	for _, at := range s.Sources {
		end := at.Since
		if at.Done {
			end = at.Until
		}
		if first || end.Before(until) {
			until, first = end, false
		}
		followed = followed || at.Follow
	}
	return until, followed
}

// beside returns the name of a new file beside an old one.
func beside(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-new" + ext
}

// quoted returns a word for a shell.
func quoted(word string) string {
	if !strings.ContainsAny(word, " \t\n'\"\\$`&|;<>()*?[]#~!{}") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
