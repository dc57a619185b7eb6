package page

import "github.com/liveload/liveload/redact"

// sets are the methods whose arguments are secrets, with the name under which the redactor knows what is in them.
var sets = map[string]string{
	"addCookies": "cookies", "setExtraHTTPHeaders": "headers", "setHTTPCredentials": "httpCredentials", "setStorageState": "storageState",
	"newContext": "options", "newPage": "options", "fetch": "options", "get": "options", "post": "options", "put": "options", "delete": "options", "patch": "options",
}

// learn notes what a call sets that nothing may show.
func (b *Binding) learn(on *handle, method string, args []any) {
	if name, ok := sets[method]; ok {
		for _, arg := range args {
			b.secrets.LearnNamed(map[string]any{name: arg})
		}
	}
	if !writesText[method] || len(args) == 0 {
		return
	}
	field := on.path
	if selector, ok := args[0].(string); ok && len(args) > 1 {
		field = selector
	}
	for _, arg := range args[max(0, len(args)-2):] {
		if text, ok := arg.(string); ok && text != field && redact.IsSecret(field) {
			b.secrets.Learn(text)
		}
	}
}
