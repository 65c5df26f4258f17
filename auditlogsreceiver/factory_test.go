package auditlogsreceiver_test

import (
	"fmt"

	"github.com/auditlogs/auditlogs-go/auditlogsreceiver"
)

// A Collector of your own, without the builder, has the factory among its receivers.
func ExampleNewFactory() {
	factory := auditlogsreceiver.NewFactory()
	config := factory.CreateDefaultConfig().(*auditlogsreceiver.Config)
	config.Waldur = map[string]auditlogsreceiver.WaldurConfig{
		"prod": {Connection: auditlogsreceiver.Connection{Endpoint: "waldur.example.com", Token: "secret"}},
	}
	fmt.Println(factory.Type(), "polls every", config.PollInterval)
	fmt.Println(config.Waldur["prod"].Validate())
	// Output:
	// audit_logs polls every 1m0s
	// endpoint: has no scheme
}
