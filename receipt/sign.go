package receipt

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// ErrNoSigner means that [Sign] was given no signer. A receipt without a signature proves nothing.
var ErrNoSigner = errors.New("no signer")

// Sign returns the text form of a receipt as a signed note, which is also a signed checkpoint. Keys are made by
// [note.GenerateKey] and read by [note.NewSigner]. The name of a key is yours; other programs that read checkpoints may
// require the name to be the receipt's Origin.
//
// A receipt that contradicts itself is [ErrInvalid], and no signer, or one that is nil, is [ErrNoSigner]. Safe for
// concurrent use if the signers are.
func Sign(r Receipt, signers ...note.Signer) ([]byte, error) {
	if len(signers) == 0 {
		return nil, fmt.Errorf("receipt: %w", ErrNoSigner)
	}
	for _, s := range signers {
		if s == nil {
			return nil, fmt.Errorf("receipt: a signer is nil: %w", ErrNoSigner)
		}
	}
	text, err := r.MarshalText()
	if err != nil {
		return nil, err
	}
	msg, err := note.Sign(&note.Note{Text: string(text)}, signers...)
	if err != nil {
		return nil, fmt.Errorf("receipt: it cannot be signed: %w", err)
	}
	return msg, nil
}

// Open verifies a signed receipt and returns it. At least one signature must be by a known key, and every signature by a
// known key must be valid; signatures by other keys do not count. [note.VerifierList] makes verifiers of keys.
//
// A [*note.UnverifiedNoteError] means that no signature is by a known key, a [*note.InvalidSignatureError] that the text or
// the signature was changed, and [ErrInvalid] that a signed text is not a receipt, or contradicts itself. Safe for
// concurrent use if the verifiers are.
func Open(msg []byte, verifiers note.Verifiers) (Receipt, error) {
	n, err := note.Open(msg, verifiers)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: it cannot be verified: %w", err)
	}
	var r Receipt
	if err := r.UnmarshalText([]byte(n.Text)); err != nil {
		return Receipt{}, err
	}
	return r, nil
}
