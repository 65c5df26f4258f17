package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What hides passwords hides each form in which a URL has one, and nothing else.
func TestPasswordsAreHidden(t *testing.T) {
	t.Parallel()
	urls, hide, err := servers{urls: "nats://a:geheim%21@one:4222, two,tls://token@three"}.parse()
	require.NoError(t, err)
	require.Equal(t, []string{"nats://a:geheim%21@one:4222", "nats://two", "tls://token@three"}, urls)
	require.Equal(t, "dial nats://[hidden]@one: [hidden] tls://[hidden]@three", hide.Replace("dial nats://a:geheim%21@one: geheim! tls://token@three"))
}
