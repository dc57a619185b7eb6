package liveload

import (
	"context"

	"github.com/dop251/goja"
)

// returnedError fails an iteration that returned { error }, which is how scenarios of LiveLoad for Elixir fail: here it
// would look like a success.
func (u *ScriptUser) returnedError(ctx context.Context) error {
	object, ok := u.returned.(*goja.Object)
	if !ok || u.state.hasEnded() {
		return nil
	}
	var failed error
	_, err := u.vm.Run(ctx, func() (goja.Value, error) {
		if reason := object.Get("error"); reason != nil && reason.ToBoolean() {
			failed = &FailError{Reason: reasonOf(u.vm, reason)}
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	return failed
}
