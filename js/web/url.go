package web

import (
	"net/url"
	"strings"

	"github.com/dop251/goja"
	whatwg "github.com/nlnwa/whatwg-url/url"
)

var urlProgram = compiled("url.js")

func (w *globals) makeURL() error {
	return w.run(urlProgram(), map[string]func(goja.FunctionCall) goja.Value{
		"parse": w.parseURL, "get": w.getURLPart, "set": setURLPart, "form": w.form, "parseForm": w.parseForm,
		"wellFormed": func(call goja.FunctionCall) goja.Value { return w.rt.ToValue(call.Argument(0).String()) },
	})
}

// parseURL returns the parts of an address that may be relative to a base; undefined when it is none.
func (w *globals) parseURL(call goja.FunctionCall) goja.Value {
	address := call.Argument(0).String()
	var parts *whatwg.Url
	var err error
	if base := call.Argument(1); goja.IsUndefined(base) {
		parts, err = whatwg.Parse(address)
	} else {
		parts, err = whatwg.ParseRef(base.String(), address)
	}
	if err != nil {
		return goja.Undefined()
	}
	return w.rt.ToValue(parts)
}

func (w *globals) getURLPart(call goja.FunctionCall) goja.Value {
	parts, _ := call.Argument(0).Export().(*whatwg.Url)
	return w.rt.ToValue(urlPart(parts, call.Argument(1).String()))
}

func urlPart(parts *whatwg.Url, name string) string {
	switch name {
	case "href":
		return parts.Href(false)
	case "origin":
		return origin(parts)
	case "protocol":
		return parts.Protocol()
	case "username":
		return parts.Username()
	case "password":
		return parts.Password()
	case "host":
		return parts.Host()
	case "hostname":
		return parts.Hostname()
	case "port":
		return parts.Port()
	case "pathname":
		return parts.Pathname()
	case "search":
		return parts.Search()
	}
	return parts.Hash()
}

func setURLPart(call goja.FunctionCall) goja.Value {
	parts, _ := call.Argument(0).Export().(*whatwg.Url)
	value := call.Argument(2).String()
	switch call.Argument(1).String() {
	case "protocol":
		parts.SetProtocol(value)
	case "username":
		parts.SetUsername(value)
	case "password":
		parts.SetPassword(value)
	case "host":
		parts.SetHost(value)
	case "hostname":
		parts.SetHostname(value)
	case "port":
		parts.SetPort(value)
	case "pathname":
		parts.SetPathname(value)
	case "search":
		parts.SetSearch(value)
	case "hash":
		parts.SetHash(value)
	}
	return goja.Undefined()
}

// origin is scheme, host and port; "null" for addresses that have no such origin.
func origin(parts *whatwg.Url) string {
	switch parts.Scheme() {
	case "http", "https", "ws", "wss", "ftp":
		return parts.Protocol() + "//" + parts.Host()
	case "blob":
		if within, err := whatwg.Parse(parts.Pathname()); err == nil && (within.Scheme() == "http" || within.Scheme() == "https") {
			return origin(within)
		}
	}
	return "null"
}

// form writes pairs of names and values as forms do.
func (w *globals) form(call goja.FunctionCall) goja.Value {
	var pairs [][2]string
	if err := w.rt.ExportTo(call.Argument(0), &pairs); err != nil {
		panic(w.rt.NewTypeError(err.Error()))
	}
	var text strings.Builder
	for i, pair := range pairs {
		if i > 0 {
			text.WriteByte('&')
		}
		text.WriteString(formEscape(pair[0]))
		text.WriteByte('=')
		text.WriteString(formEscape(pair[1]))
	}
	return w.rt.ToValue(text.String())
}

var formDiffers = strings.NewReplacer("~", "%7E", "%2A", "*")

// formEscape differs from Go's in two characters.
func formEscape(text string) string { return formDiffers.Replace(url.QueryEscape(text)) }

// parseForm reads what form writes, and anything else too.
func (w *globals) parseForm(call goja.FunctionCall) goja.Value {
	pairs := []any{}
	for part := range strings.SplitSeq(call.Argument(0).String(), "&") {
		if part != "" {
			name, value, _ := strings.Cut(part, "=")
			pairs = append(pairs, w.rt.NewArray(formUnescape(name), formUnescape(value)))
		}
	}
	return w.rt.NewArray(pairs...)
}

// formUnescape leaves a % alone that no two digits follow.
func formUnescape(text string) string {
	text = strings.ReplaceAll(text, "+", " ")
	if !strings.Contains(text, "%") {
		return text
	}
	bytes := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if decoded, err := url.PathUnescape(text[i : i+3]); err == nil {
				bytes = append(bytes, decoded...)
				i += 2
				continue
			}
		}
		bytes = append(bytes, text[i])
	}
	return decodeUTF8(bytes)
}
