package auditlogsreceiver

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// growing is a log that grows by a record at each call.
type growing struct {
	server *auditlogtest.Server
	n      atomic.Int64
}

func (*growing) Start() {}
func (*growing) Stop()  {}

func (g *growing) Generate() []receivertest.UniqueIDAttrVal {
	id := fmt.Sprintf("%032x", g.n.Add(1))
	g.server.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: id, Timestamp: time.Now()})
	return []receivertest.UniqueIDAttrVal{receivertest.UniqueIDAttrVal("waldur/" + id)}
}

// marking gives records the attribute by which receivertest tells them apart.
type marking struct{ consumer.Logs }

func (m marking) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	for _, r := range logs.ResourceLogs().All() {
		for _, s := range r.ScopeLogs().All() {
			for _, l := range s.LogRecords().All() {
				l.Attributes().PutStr(receivertest.UniqueIDAttrName, attribute(l, "log.record.uid"))
			}
		}
	}
	return m.Logs.ConsumeLogs(ctx, logs)
}

// The contract of receivers and the components behind them, as receivertest checks it.
func TestConsumeContract(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.SetQuirks(auditlogtest.Waldur, auditlogtest.Quirks{PageCap: 20})
	config := createDefaultConfig().(*Config)
	waldur("prod")(server, config)
	config.PollInterval, config.Lag, config.InitialLookback = 5*time.Millisecond, 0, time.Minute
	config.OnPermanentError = OnPermanentErrorDrop
	var scenarios atomic.Int64
	factory := receiver.NewFactory(metadata.Type, createDefaultConfig, receiver.WithLogs(
		func(ctx context.Context, set receiver.Settings, c component.Config, next consumer.Logs) (receiver.Logs, error) {
			if scenarios.Add(1) > 1 { // each scenario begins with an empty log
				server.DeleteDataAccessLogs(func(auditlogs.DataAccessLog) bool { return true })
			}
			own, err := createLogs(ctx, set, c, marking{next})
			if err == nil {
				own.(*logsReceiver).maxWait = 10 * time.Millisecond
			}
			return own, err
		}, metadata.LogsStability))
	receivertest.CheckConsumeContract(receivertest.CheckConsumeContractParams{
		T: t, Factory: factory, Signal: pipeline.SignalLogs, Config: config, Generator: &growing{server: server}, GenerateCount: 200,
	})
}
