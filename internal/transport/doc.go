// Package transport makes one call to an API: it sends a request as often as a policy allows, keeps the pace that the API
// and the caller ask for, and reads the answer to its end.
//
// # The idea
//
// An attempt passes a row of small handlers, each of which does one thing around the next. They are put together in one
// place, chain.go, and their order is what decides most questions:
//
//	limit         the caller's budget of requests per minute
//	keepPace      the pace that the API's own headers ask for
//	sign          signs the request, if the API takes signatures: after the waits, as they become stale
//	observe       tells hooks and log. It stands below the waits, so that Duration does not include them
//	scrubErrors   takes the secrets that errors quote out of them
//	leaveSilent   closes idle connections after an attempt without an answer in time
//	timeout       bounds one attempt, its body included
//	readBody      reads the body, bounded and whole, so that one that breaks off is a failed attempt like any other
//	send          the network
//
// Each redirect passes all handlers again, as a part of the same attempt. A login has neither limit nor keepPace,
// and one with a password is repeated only if it is certain that nothing was sent.
//
// The handlers get the [Attempt] as a value beside the request; nothing is hidden in a context. A [Call] is the loop around
// them: go-retryablehttp counts and waits, retry.go decides what is worth another attempt. The last answer comes back as a
// [Reply], whatever its status.
//
// [Tokens] keeps a credential, and fetches it once however many calls wait for it.
//
// # What it may not know
//
// Which API it talks to, what a status means to a caller, and any public type: the root package makes public errors of
// replies and failures. It never puts a credential into a request: Tokens hands it to the caller, a [Signer] is the
// caller's, and a Call is told the secrets only to take them out of texts.
//
// # How it is tested
//
// Against round trippers that follow a script and real servers, in simulated time (testing/synctest) where something waits.
// The order of the handlers has a table of its own. Headers of a hostile server are fuzzed.
package transport
