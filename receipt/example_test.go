package receipt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/receipt"
)

// fromLines reads events that a store keeps as JSON, one on each line.
func fromLines(text string) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		for line := range strings.Lines(text) {
			var e auditlogs.Event
			err := json.Unmarshal([]byte(line), &e)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Whether a store still holds what the log has.
func ExampleTake() {
	srv := auditlogtest.NewServer() // stands in for the API
	defer srv.Close()
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	april := march.AddDate(0, 1, 0)
	srv.GenerateForBetween(auditlogtest.Waldur, march, april, 1, 100)

	ctx := context.Background()
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		log.Fatal(err)
	}
	source := client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: march, Until: april})

	var store strings.Builder
	for e, err := range auditlogs.Items(source.Pages(ctx, "")) {
		if err != nil {
			log.Fatal(err)
		}
		line, err := json.Marshal(e)
		if err != nil {
			log.Fatal(err)
		}
		store.Write(append(line, '\n'))
	}

	live, err := receipt.Take(ctx, source, march, april)
	if err != nil {
		log.Fatal(err)
	}
	kept, err := receipt.From(fromLines(store.String()), march, april)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(live.Count, "records:", live.Compare(kept))

	_, allButOne, _ := strings.Cut(store.String(), "\n")
	damaged, err := receipt.From(fromLines(allButOne), march, april)
	if err != nil {
		log.Fatal(err)
	}
	d := live.Compare(damaged)
	fmt.Println("equal:", d.Equal())
	fmt.Println("records that differ, at least:", d.AtLeast())
	fmt.Println("day:", d.Days[0].Date.Format(time.DateOnly))
	// Output:
	// 100 records: equal
	// equal: false
	// records that differ, at least: 1
	// day: 2026-03-31
}

func ExampleSign() {
	// A pair of keys, from note.GenerateKey(nil, "audit.example.com"). A private key that is not for an example is a secret.
	const (
		private = "PRIVATE+KEY+audit.example.com+e3fba3ea+AbOnTAqc9yCYjgBsZO6bD9s0a6WyItFV4HBNNFJnNgYe"
		public  = "audit.example.com+e3fba3ea+AYVO5MUTn4f+C7u7fOuaJck4fetS6xn1wDqKRR/5vUaH"
	)
	signer, err := note.NewSigner(private)
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		log.Fatal(err)
	}

	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r, err := receipt.From(fromLines(`{"v":1,"id":"6f1c","time":"2026-03-01T11:30:00Z","api":"waldur","source":"waldur"}`),
		march, march.AddDate(0, 1, 0))
	if err != nil {
		log.Fatal(err)
	}
	r.Scope = "tenant 7"
	r.ReadAt = time.Date(2026, 4, 1, 6, 0, 0, 0, time.UTC) // usually as it is; set for the output below

	signed, err := receipt.Sign(r, signer)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(signed))

	opened, err := receipt.Open(signed, note.VerifierList(verifier))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("\nopened:", opened.Compare(r))

	forged := strings.Replace(string(signed), "tenant%207", "tenant%208", 1)
	_, err = receipt.Open([]byte(forged), note.VerifierList(verifier))
	fmt.Println("forged:", err)
	// Output:
	// auditlogs.go/receipt/v1/waldur/waldur
	// 1
	// kRm4g8lsWPrsvFZy58ZWdQLJdgnhkPzoBfcMQI6udq0=
	// scope tenant%207
	// since 2026-03-01T00:00:00Z
	// until 2026-04-01T00:00:00Z
	// read 2026-04-01T06:00:00Z
	// day 2026-03-01 1 kRm4g8lsWPrsvFZy58ZWdQLJdgnhkPzoBfcMQI6udq0=
	//
	// — audit.example.com 4/uj6nn6gsyvXolE4OnvFITNcg5ibJ5rPC3MKemyzbiAS6xwqNtdrMazRrkZtg3mH9kOIZpnXSLcq8UBQkPKiKUAKwg=
	//
	// opened: equal
	// forged: receipt: it cannot be verified: invalid signature for key audit.example.com+e3fba3ea
}
