package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the binary of the tests be the processes of a measurement, too.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := serve(context.Background(), role, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tiny is enough to see that everything runs.
var tiny = sizes{
	Tenants: []int{2, 5}, Workers: []int{1, 2}, Records: 20, Latency: 3, Far: []int{1, 2}, Idle: 12, Healthy: 2,
	Watch: time.Second, Settle: time.Second / 2, IdleInterval: time.Second,
}

func TestMeasurements(t *testing.T) {
	t.Parallel()
	rows := map[string]int{"growth": 4, "latency": 2, "idle": 3, "isolation": 5}
	for _, m := range measurements() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			text, err := m.measure(t.Context(), tiny)
			require.NoError(t, err)
			require.Equal(t, rows[m.name], strings.Count(text, "\n| ")-1, text) // the head is no row
		})
	}
}

func TestRunRefusesNothingChosen(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), nil), "-all")
	require.ErrorContains(t, run(t.Context(), []string{"-only", "growht"}), "growht")
}
