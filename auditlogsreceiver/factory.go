package auditlogsreceiver

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
)

// What the metrics and spans of the receiver say about what it receives, and how.
const (
	format    = "auditlogs"
	transport = "http"
)

// NewFactory returns the factory of the receiver, whose type is audit_logs. It makes receivers of logs.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(metadata.Type, createDefaultConfig, receiver.WithLogs(createLogs, metadata.LogsStability))
}

func createLogs(_ context.Context, set receiver.Settings, config component.Config, next consumer.Logs) (receiver.Logs, error) {
	report, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: transport, LongLivedCtx: true, ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, err
	}
	return &logsReceiver{config: config.(*Config), set: set, next: next, report: report}, nil
}
