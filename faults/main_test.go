// Package faults_test reads through a network that fails: Shopify's toxiproxy between the client and auditlogtest.
package faults_test

import (
	"testing"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"
)

// TestMain looks for goroutines that were left behind, but for those of toxiproxy, whose links wait for ever if a toxic
// closes them while the server still sends.
func TestMain(m *testing.M) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // some toxics log past the logger that they were given
	const proxy = "github.com/Shopify/toxiproxy/v2"
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction(proxy+".(*ToxicLink).read"),
		goleak.IgnoreAnyFunction(proxy+"/toxics.(*ToxicStub).Run"))
}
