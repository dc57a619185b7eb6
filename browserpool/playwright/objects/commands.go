package objects

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/ordered"
)

// command looks through what a script sends to the browser itself: the protocol knows commands that read and write files of the machine, and
// some that reach other users.
func command(h *Hub, args []any) ([]any, error) {
	if len(args) == 0 {
		return args, nil
	}
	method, _ := args[0].(string)
	domain, name, _ := strings.Cut(method, ".")
	switch {
	case name == "setDownloadBehavior":
		return nil, fmt.Errorf("%s is not available in a load test: it writes anywhere on the machine; use download.saveAs", method)
	case domain == "Target" && name != "getTargetInfo", domain == "Browser" && name != "getVersion":
		return nil, fmt.Errorf("%s is not available in a load test: it reaches the pages of other users", method)
	case domain == "Extensions", domain == "SystemInfo":
		return nil, fmt.Errorf("%s is not available in a load test: it reaches the machine", method)
	case len(args) < 2:
		return args, nil
	}
	params, ok := args[1].(*ordered.Object)
	if !ok {
		return args, nil
	}
	switch method {
	case "DOM.setFileInputFiles":
		changed, err := h.withFound(params)
		return []any{method, changed}, err
	case "Input.dispatchDragEvent":
		given, _ := params.Get("data")
		if data, ok := given.(*ordered.Object); ok {
			changed, err := h.withFound(data)
			return []any{method, with(params, "data", changed)}, err
		}
	}
	return args, nil
}

// withFound replaces the names in the option files.
func (h *Hub) withFound(options *ordered.Object) (*ordered.Object, error) {
	given, ok := options.Get("files")
	if !ok {
		return options, nil
	}
	found, err := h.found(given)
	return with(options, "files", found), err
}
