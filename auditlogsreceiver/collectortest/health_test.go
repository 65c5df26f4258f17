package collectortest

import (
	"encoding/json"
	"net/http"
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

// awaitStatus waits until the receiver has a status that names some sources, and returns it.
func (r *rig) awaitStatus(want string, sources ...string) status {
	r.t.Helper()
	var now status
	again := time.NewTicker(50 * time.Millisecond) // nobody says when a status changes
	defer again.Stop()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-again.C:
				r.bell.ring()
			case <-stop:
				return
			}
		}
	}()
	r.await("status "+want+" of "+strings.Join(sources, ", "), func() bool {
		now = r.status().receiver()
		if now.Status != want {
			return false
		}
		for _, source := range sources {
			if !strings.Contains(now.Error, source) {
				return false
			}
		}
		return true
	})
	return now
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
