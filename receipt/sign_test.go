package receipt_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"

	"github.com/auditlogs/auditlogs-go/receipt"
)

// keys makes a pair of keys.
func keys(t *testing.T, name string) (note.Signer, note.Verifier) {
	t.Helper()
	private, public, err := note.GenerateKey(nil, name)
	require.NoError(t, err)
	s, err := note.NewSigner(private)
	require.NoError(t, err)
	v, err := note.NewVerifier(public)
	require.NoError(t, err)
	return s, v
}

func signer(t *testing.T, name string) note.Signer {
	t.Helper()
	s, _ := keys(t, name)
	return s
}

func TestSign(t *testing.T) {
	t.Parallel()
	want := sample(t)
	s, v := keys(t, "reader")
	other, _ := keys(t, "witness")
	msg, err := receipt.Sign(want, s, other)
	require.NoError(t, err)

	got, err := receipt.Open(msg, note.VerifierList(v))
	require.NoError(t, err)
	require.Equal(t, want, got)

	checkpoint, rest, _, err := log.ParseCheckpoint(msg, want.Origin(), v)
	require.NoError(t, err)
	require.Equal(t, &log.Checkpoint{Origin: want.Origin(), Size: want.Count, Hash: want.Root[:]}, checkpoint)
	text, err := want.MarshalText()
	require.NoError(t, err)
	require.Equal(t, string(text), string(checkpoint.Marshal())+string(rest))

	odd := want
	odd.API, odd.Source, odd.Scope = "a\n9\n", "\n\n— reader x\n", "\n"
	msg, err = receipt.Sign(odd, s)
	require.NoError(t, err)
	checkpoint, _, _, err = log.ParseCheckpoint(msg, odd.Origin(), v)
	require.NoError(t, err)
	require.EqualValues(t, 3, checkpoint.Size)
}

func TestAlteredReceiptDoesNotOpen(t *testing.T) {
	t.Parallel()
	s, v := keys(t, "reader")
	msg, err := receipt.Sign(sample(t), s)
	require.NoError(t, err)
	end := bytes.LastIndex(msg, []byte("\n\n"))
	for i := range end {
		altered := bytes.Clone(msg)
		altered[i] ^= 1
		_, err := receipt.Open(altered, note.VerifierList(v))
		require.Error(t, err, "byte %d", i)
	}
	for i, line := range strings.SplitAfter(string(msg[:end]), "\n") {
		_, err := receipt.Open([]byte(strings.Replace(string(msg), line, "", 1)), note.VerifierList(v))
		require.Error(t, err, "without line %d", i)
	}
	var invalid *note.InvalidSignatureError
	_, err = receipt.Open(bytes.Replace(msg, []byte("\n3\n"), []byte("\n4\n"), 1), note.VerifierList(v))
	require.ErrorAs(t, err, &invalid)
}

func TestOpenNeedsAKnownKey(t *testing.T) {
	t.Parallel()
	s, _ := keys(t, "reader")
	_, other := keys(t, "another")
	msg, err := receipt.Sign(sample(t), s)
	require.NoError(t, err)
	var unverified *note.UnverifiedNoteError
	for _, known := range []note.Verifiers{nil, note.VerifierList(), note.VerifierList(other)} {
		r, err := receipt.Open(msg, known)
		require.ErrorAs(t, err, &unverified)
		require.Zero(t, r)
	}
	_, err = receipt.Open(nil, note.VerifierList(other))
	require.Error(t, err)
	_, err = receipt.Sign(sample(t))
	require.ErrorIs(t, err, receipt.ErrNoSigner)
	_, err = receipt.Sign(sample(t), s, nil)
	require.ErrorIs(t, err, receipt.ErrNoSigner)
}

// A valid signature does not make a receipt of what contradicts itself.
func TestSignedTextThatIsNoReceipt(t *testing.T) {
	t.Parallel()
	s, v := keys(t, "reader")
	for _, text := range []string{"hello\n", strings.Replace(lines, "\n3\n", "\n4\n", 1)} {
		msg, err := note.Sign(&note.Note{Text: text}, s)
		require.NoError(t, err)
		r, err := receipt.Open(msg, note.VerifierList(v))
		require.ErrorIs(t, err, receipt.ErrInvalid)
		require.Zero(t, r)
	}
}
