package auditlogs

import (
	"context"
	"slices"
)

// JoinHooks makes one of several Hooks, such as those of a package for traces and one's own. Each function calls those
// that are set, in the order of the arguments; one that none of them sets stays nil. The contexts of OnCall build on one
// another, and its ends are told in the opposite order.
func JoinHooks(hooks ...Hooks) Hooks {
	return Hooks{
		OnCall:     joinCalls(hooks),
		OnRequest:  join(hooks, func(h Hooks) func(context.Context, RequestInfo) { return h.OnRequest }),
		OnResponse: join(hooks, func(h Hooks) func(context.Context, ResponseInfo) { return h.OnResponse }),
		OnRetry:    join(hooks, func(h Hooks) func(context.Context, RetryInfo) { return h.OnRetry }),
		OnPage:     join(hooks, func(h Hooks) func(context.Context, PageInfo) { return h.OnPage }),
	}
}

func join[I any](hooks []Hooks, of func(Hooks) func(context.Context, I)) func(context.Context, I) {
	var set []func(context.Context, I)
	for _, h := range hooks {
		if f := of(h); f != nil {
			set = append(set, f)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return func(ctx context.Context, info I) {
		for _, f := range set {
			f(ctx, info)
		}
	}
}

func joinCalls(hooks []Hooks) func(context.Context, CallInfo) (context.Context, func(CallDone)) {
	set := slices.Clone(hooks)
	set = slices.DeleteFunc(set, func(h Hooks) bool { return h.OnCall == nil })
	if len(set) == 0 {
		return nil
	}
	return func(ctx context.Context, info CallInfo) (context.Context, func(CallDone)) {
		var ends []func(CallDone)
		for _, h := range set {
			own, end := h.OnCall(ctx, info)
			if own != nil {
				ctx = own
			}
			if end != nil {
				ends = append(ends, end)
			}
		}
		return ctx, func(done CallDone) {
			for _, end := range slices.Backward(ends) {
				end(done)
			}
		}
	}
}
