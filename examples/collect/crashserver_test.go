package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

const (
	// programVariable makes the test program the program itself, so that nothing has to be built for a process that is killed.
	programVariable = "COLLECT_TEST_PROGRAM"
	// serverVariable, set to a number of records, makes it a server, in a process that outlives the ones that are killed.
	serverVariable = "COLLECT_TEST_SERVER"
)

// serverKeys are the server's rows: those that were there from the beginning, and all.
type serverKeys struct{ First, All []string }

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		main()
	}
	if records, err := strconv.Atoi(os.Getenv(serverVariable)); err == nil {
		serveCrashes(records)
		return
	}
	demotest.Main(m, main)
}

// serveCrashes writes the environment of a client first, then a line for every request, and answers commands: a number
// opens the door for as many requests, anything else asks for all keys.
func serveCrashes(records int) {
	server := auditlogtest.NewServer()
	defer server.Close()
	server.Generate(3, records)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 12})
	first := keysOn(server)

	lines := make(chan any, 1<<10)
	door := newDoor()
	random, added := rand.New(rand.NewPCG(5, 5)), 0
	server.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n%3 == 0 { // one is late, the other is after the range
			end := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
			added++
			addAll(server, end.Add(-time.Duration(random.Int64N(int64(80*24*time.Hour)))), "late "+strconv.Itoa(added))
			addAll(server, end.Add(time.Duration(added)*time.Second), "new "+strconv.Itoa(added))
		}
		lines <- "request"
		door.pass()
	})
	go func() {
		defer close(lines)
		lines <- encode(environment(server))
		commands := bufio.NewScanner(os.Stdin)
		for commands.Scan() {
			if n, err := strconv.Atoi(commands.Text()); err == nil {
				door.open(n)
				lines <- "open"
				continue
			}
			lines <- encode(serverKeys{first, keysOn(server)})
		}
		server.BeforeRequest(nil)
		door.open(math.MaxInt)
	}()
	for text := range lines {
		fmt.Println(text)
	}
}

// door lets a number of requests through and holds the others until it is opened anew.
type door struct {
	mu   sync.Mutex
	left int
	next chan struct{} // closed when the door is opened anew
}

func newDoor() *door { return &door{left: math.MaxInt, next: make(chan struct{})} }

func (d *door) open(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.next)
	d.left, d.next = n, make(chan struct{})
}

func (d *door) pass() {
	d.mu.Lock()
	next, held := d.next, d.left == 0
	if !held {
		d.left--
	}
	d.mu.Unlock()
	if held {
		<-next
	}
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func environment(server *auditlogtest.Server) []string {
	var env []string
	for _, api := range auditlogtest.APIs() {
		prefix := map[auditlogtest.API]string{
			auditlogtest.Waldur: "WALDUR", auditlogtest.HuaweiEDS: "HUAWEI_EDS", auditlogtest.Akinon: "AKINON",
			auditlogtest.ElasticPath: "ELASTICPATH", auditlogtest.ThousandEyes: "THOUSANDEYES",
		}[api]
		env = append(env, "AUDITLOGS_"+prefix+"_URL="+server.BaseURL(api), "AUDITLOGS_"+prefix+"_TOKEN="+auditlogtest.Token)
	}
	return append(env, "AUDITLOGS_HUAWEI_EDS_PROJECT_ID="+auditlogtest.ProjectID)
}
