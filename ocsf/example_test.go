package ocsf_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

func ExampleMap() {
	event := auditlogs.UserEvent{
		Date: time.Date(2026, 3, 1, 11, 30, 0, 0, time.UTC), Event: "Login failed.", User: "Sam Staff (sam@example.org)", IPAddress: "192.0.2.10",
	}.AsEvent()
	text, err := ocsf.Map(event, ocsf.V1_8)
	if err != nil {
		log.Fatal(err)
	}
	var mapped struct {
		TypeName string `json:"type_name"`
		Status   string
		User     struct {
			Name  string
			Email string `json:"email_addr"`
		}
	}
	if err := json.Unmarshal(text, &mapped); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mapped.TypeName, mapped.Status, mapped.User.Name, mapped.User.Email)
	// Output: Authentication: Logon Failure Sam Staff sam@example.org
}

// A file of OCSF events, one on each line, without secrets.
func ExampleMap_file() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Akinon, 1, 500)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.CreateTemp("", "*.jsonl")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	lines := 0
	for page, err := range client.AuditEvents.Source(auditlogs.AuditEventFilter{}).Pages(context.Background(), "") {
		if err != nil {
			log.Fatal(err)
		}
		for _, event := range page.Items {
			text, err := ocsf.Map(event.Redacted(), ocsf.V1_3)
			if err != nil {
				log.Fatal(err)
			}
			if _, err := file.Write(append(text, '\n')); err != nil {
				log.Fatal(err)
			}
			lines++
		}
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("events:", lines)
	// Output: events: 500
}
