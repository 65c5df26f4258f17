package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// serverVariable, set to a number of records, makes the test program a server, in a process that outlives the ones that are killed.
const serverVariable = "COLLECT_TEST_SERVER"

// serverKeys are the server's rows: those that were there from the beginning, and all.
type serverKeys struct{ First, All []string }

func TestMain(m *testing.M) {
	if records, err := strconv.Atoi(os.Getenv(serverVariable)); err == nil {
		serveCrashes(records)
		return
	}
	os.Exit(m.Run())
}

// serveCrashes writes the environment of a client first, then a line for every request, and on request all keys.
func serveCrashes(records int) {
	server := auditlogtest.NewServer()
	defer server.Close()
	server.Generate(3, records)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 12})
	first := keysOn(server)

	lines := make(chan any, 1<<10)
	random, added := rand.New(rand.NewPCG(5, 5)), 0
	server.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n%3 == 0 { // one is late, the other is after the range
			end := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
			added++
			addAll(server, end.Add(-time.Duration(random.Int64N(int64(80*24*time.Hour)))), "late "+strconv.Itoa(added))
			addAll(server, end.Add(time.Duration(added)*time.Second), "new "+strconv.Itoa(added))
		}
		lines <- "request"
	})
	go func() {
		defer close(lines)
		lines <- encode(environment(server))
		commands := bufio.NewScanner(os.Stdin)
		for commands.Scan() {
			lines <- encode(serverKeys{first, keysOn(server)})
		}
		server.BeforeRequest(nil)
	}()
	for text := range lines {
		fmt.Println(text)
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
