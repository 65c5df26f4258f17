package auditlogs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The scope is part of cursors that are stored.
func TestScopeOfDataAssetLogsStays(t *testing.T) {
	t.Parallel()
	plain := DataAssetLogFilter{InstanceID: "i", ConnectorID: "c"}
	require.Equal(t, "i/c?limit=0&offset=0", plain.scope())
	plain.Action, plain.ConnectorKeywords, plain.UserKeywords = DataAssetView, "b", "u"
	require.Equal(t, "i/c?action=VIEW&connector_keywords=b&limit=0&offset=0&user_keywords=u", plain.scope())
}
