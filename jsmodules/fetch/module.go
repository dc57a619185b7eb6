// Package fetch is the module "liveload/http": requests without a browser. It owns the connections. Cookies belong to
// the user's session, and the user's recorder takes the measurements.
package fetch

import (
	"crypto/tls"
	"net/http"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// A Module is what `import ... from 'liveload/http'` imports. The users of a process share its
// connections.
type Module struct {
	strict, lax *http.Transport // lax does not check certificates
}

// NewModule returns the module. Its connections live as long as the process.
func NewModule() *Module {
	return &Module{strict: transport(false), lax: transport(true)}
}

func transport(insecure bool) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableCompression = true // transferred bytes are counted, so responses are unpacked here
	t.MaxIdleConns, t.MaxIdleConnsPerHost, t.IdleConnTimeout = 0, 1000, 30*time.Second
	if insecure {
		t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // the scenario's ignoreHTTPSErrors
	}
	return t
}

// Names lists the exports.
func (m *Module) Names() []string { return append(functionNames(), "default") }

func functionNames() []string {
	return []string{"cookies", "del", "get", "patch", "post", "put", "request"}
}

// Exports makes the exports for one VM.
func (m *Module) Exports(vm *js.VM) (map[string]any, error) {
	c := &client{vm: vm, module: m, local: &localCookies{}}
	exports := map[string]any{
		"get":     c.without(http.MethodGet),
		"del":     c.without(http.MethodDelete),
		"post":    c.with(http.MethodPost),
		"put":     c.with(http.MethodPut),
		"patch":   c.with(http.MethodPatch),
		"request": c.without(""),
		"cookies": func(goja.FunctionCall) goja.Value { return c.cookies() },
	}
	all := vm.Runtime().NewObject()
	for _, name := range functionNames() {
		if err := all.Set(name, exports[name]); err != nil {
			return nil, err
		}
	}
	exports["default"] = all
	return exports, nil
}
