package objects

import (
	"fmt"
	"slices"

	pw "github.com/playwright-community/playwright-go"
)

// mostDialogText is how many characters of a dialog's message are told.
const mostDialogText = 80

// answered notes that a script has answered a dialog.
func (h *Hub) answered(dialog pw.Dialog) {
	h.leftMu.Lock()
	defer h.leftMu.Unlock()
	h.left.dialogs = slices.DeleteFunc(h.left.dialogs, func(d pw.Dialog) bool { return d == dialog })
}

// OpenDialog describes a dialog that a script was told of and has not answered, for which its page waits; "" for none.
func (h *Hub) OpenDialog() string {
	h.leftMu.Lock()
	dialogs := slices.Clone(h.left.dialogs)
	h.leftMu.Unlock()
	for _, dialog := range dialogs {
		if h.isOpen(dialog.Page()) {
			return fmt.Sprintf("a dialog is open (%s: %.*q), and the page waits for its answer: call accept() or dismiss() of the dialog in page.on('dialog', ...)",
				dialog.Type(), mostDialogText, dialog.Message())
		}
	}
	return ""
}
