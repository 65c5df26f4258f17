package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestTypeNames(t *testing.T) {
	t.Parallel()
	names := typeNames{}
	require.NoError(t, names.add("19=campaign, 21 = order"))
	require.NoError(t, names.add("7=a=b"))
	require.NoError(t, names.add("19=campaign"), "the same again")
	require.Equal(t, typeNames{"19": "campaign", "21": "order", "7": "a=b"}, names)
	for _, wrong := range []string{"", "19", "19=", "=campaign", "x=campaign", "019=campaign", "+19=campaign", "-1=x", "0=x", "1=x,", "99999999999999999999=x"} {
		require.ErrorContains(t, names.add(wrong), "such as 19=campaign", wrong)
	}
	require.ErrorContains(t, names.add("19=order"), "two names")

	event := auditlogs.Event{API: auditlogs.APIAkinon, Target: auditlogs.Target{Type: "19"}}
	require.Equal(t, "campaign", names.of(&event))
	event.Target.Type = "20"
	require.Empty(t, names.of(&event), "a number without a name stays a number")
	event.API, event.Target.Type = auditlogs.APIWaldur, "19"
	require.Empty(t, names.of(&event), "numbers of others are not Akinon's")
}

func TestTypeNamesAreShown(t *testing.T) {
	t.Parallel()
	trail := trailOf(
		auditlogs.Event{ID: "1", API: auditlogs.APIAkinon, Target: auditlogs.Target{Type: "19", ID: "5"}},
		auditlogs.Event{ID: "2", API: auditlogs.APIAkinon, Target: auditlogs.Target{Type: "20", ID: "5"}},
	)
	trail.names = typeNames{"19": `<"campaign">`}
	body := get(t, trail, "/events?limit=2").Body.String()
	require.Contains(t, body, `{"type_name":"\u003c\"campaign\"\u003e","v":1,"id":"1"`)
	require.Contains(t, body, `{"v":1,"id":"2"`)
	trail.madeUp = true
	require.Contains(t, get(t, trail, "/events?limit=2").Body.String(), `{"demo":true,"type_name":`)
}

func TestWrongTypeName(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	require.Equal(t, 2, run(t.Context(), []string{"-akinon-type", "campaign"}, nil, &stderr))
	require.Contains(t, stderr.String(), "such as 19=campaign")
}
