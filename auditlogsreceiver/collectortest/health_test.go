package collectortest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// status is what the extension healthcheckv2 says of a component, and of those that it is made of.
type status struct {
	Status     string            `json:"status"`
	Error      string            `json:"error"`
	Components map[string]status `json:"components"`
}

// receiver returns the status of the receiver.
func (s status) receiver() status {
	for _, pipeline := range s.Components {
		for name, component := range pipeline.Components {
			if strings.HasPrefix(name, "receiver:"+receiverType) {
				return component
			}
		}
	}
	return status{}
}

// awaitStatus waits until the receiver has a status that names one of some sources, or none if there are none.
func (r *rig) awaitStatus(want string, sources ...string) {
	r.t.Helper()
	defer r.ringAgainAndAgain()()
	r.await("status "+want+" of "+strings.Join(sources, " or "), func() bool {
		now := r.status().receiver()
		named := slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(now.Error, s+": ") })
		return now.Status == want && named == (len(sources) > 0)
	})
}

// ringAgainAndAgain rings the bell until it is told to stop: nobody says when a status changes.
func (r *rig) ringAgainAndAgain() (stop func()) {
	done := make(chan struct{})
	go func() {
		again := time.NewTicker(20 * time.Millisecond)
		defer again.Stop()
		for {
			select {
			case <-again.C:
				r.bell.ring()
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// status asks the extension. It says nothing while it does not listen.
func (r *rig) status() status {
	var s status
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "http://"+r.health+"/status?verbose", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return s
	}
	defer answer.Body.Close()
	_ = json.NewDecoder(answer.Body).Decode(&s)
	return s
}
