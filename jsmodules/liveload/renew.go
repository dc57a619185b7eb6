package liveload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// salvageTime bounds how long the assigns of a broken VM are read, which may run code of the script.
const salvageTime = time.Second

// renew moves the user into a fresh VM and keeps those assigns that are plain data.
func (u *User) renew(ctx context.Context) error {
	old := u.script
	assigns, err := old.salvage(ctx)
	if err != nil {
		assigns = map[string]any{}
	}
	if err != nil && !errors.Is(err, js.ErrBroken) { // that was said when the VM was given up
		old.vm.Logger().Warn("lost the assigns of a user whose iteration was interrupted", "error", err)
	}
	vm, err := old.vm.Fresh(ctx)
	if err != nil {
		return fmt.Errorf("replace the VM of user %d: %w", old.opts.ID, err)
	}
	script, err := newScriptUser(vm, old.opts, old.state.successor(), old.began)
	if err != nil {
		return err
	}
	value, err := vm.FromPlain(assigns)
	if err != nil {
		return fmt.Errorf("keep the assigns of user %d: %w", old.opts.ID, err)
	}
	script.assigns, _ = value.(*goja.Object)
	u.script = script
	return nil
}

// salvage returns those assigns of a broken VM that are plain data. ErrBroken says that the script is
// still running.
func (u *ScriptUser) salvage(ctx context.Context) (any, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, salvageTime, fmt.Errorf("reading them took longer than %v", salvageTime))
	defer cancel()
	var assigns any
	_, err := u.vm.Salvage(ctx, func() (_ goja.Value, err error) {
		assigns, err = u.vm.Plain(u.assigned())
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	return assigns, nil
}

// leave ends what the script has begun and not finished when its iteration is over.
func (u *ScriptUser) leave(ctx context.Context) {
	givenUp := u.vm.GivenUp()
	u.state.end(givenUp)
	if !givenUp {
		u.page.End(ctx)
		return
	}
	u.vm.Logger().Warn("gave up a script that is in a built-in function which cannot be interrupted: " +
		"until that ends, a processor stays busy with it, and the user goes on without its variables and assigns; " +
		"make what the script calculates, sorts or parses at once smaller")
	u.page.Abandon(ctx)
}
