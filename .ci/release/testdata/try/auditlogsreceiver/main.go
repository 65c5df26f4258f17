// A Collector finds the receiver, and refuses it without a source.
package main

import (
	"fmt"
	"log"

	"github.com/auditlogs/auditlogs-go/auditlogsreceiver"
	"go.opentelemetry.io/collector/component/componenttest"
)

func main() {
	factory := auditlogsreceiver.NewFactory()
	if err := componenttest.CheckConfigStruct(factory.CreateDefaultConfig()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(factory.Type())
}
