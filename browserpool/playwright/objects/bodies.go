package objects

import (
	"bytes"
	"cmp"
	"fmt"
	"mime"
	"mime/multipart"
	"net/textproto"
	"path"
	"strings"

	"github.com/liveload/liveload/ordered"
)

// playwright-go sends the fields of forms, and the parameters of addresses, in the order of a map, and a million as
// 1e+06. So they are written here: as a body, and as part of the address.

// written are the arguments of an APIRequestContext with the options params, form and multipart written out. It gets them
// as they are and as carried has made them.
func written(args, made []any) ([]any, error) {
	if len(args) < 2 {
		return made, nil
	}
	options, _ := args[1].(*ordered.Object)
	into, _ := made[1].(map[string]any)
	if options == nil || into == nil {
		return made, nil
	}
	if params, ok := options.Get("params"); ok && params != nil {
		query, err := formText("params", params)
		if err != nil {
			return nil, err
		}
		delete(into, "params")
		if address, ok := made[0].(string); ok {
			made[0] = withQuery(address, query)
		}
	}
	form, hasForm := options.Get("form")
	parts, hasParts := options.Get("multipart")
	if data, _ := options.Get("data"); count(data, form, parts) > 1 {
		return made, nil // playwright-go says so
	}
	if hasForm && form != nil {
		text, err := formText("form", form)
		if err != nil {
			return nil, err
		}
		into["data"], into["headers"] = text, withType(into["headers"], "application/x-www-form-urlencoded")
		delete(into, "form")
	}
	if fields, ok := parts.(*ordered.Object); hasParts && ok {
		body, kind, err := multipartOf(fields)
		if err != nil {
			return nil, err
		}
		into["data"], into["headers"] = body, withType(into["headers"], kind)
		delete(into, "multipart")
	}
	return made, nil
}

func count(values ...any) (n int) {
	for _, value := range values {
		if value != nil {
			n++
		}
	}
	return n
}

// formText writes fields as URLSearchParams does. A text, such as that of URLSearchParams, is left as it is.
func formText(option string, value any) (string, error) {
	if text, ok := value.(string); ok {
		return strings.TrimPrefix(text, "?"), nil
	}
	fields, ok := value.(*ordered.Object)
	if !ok {
		return "", mismatch(option, "an object, a text or URLSearchParams", value)
	}
	var text []byte
	for _, name := range fields.Keys() {
		field, _ := fields.Get(name)
		value, err := fieldText(option, name, field)
		if err != nil {
			return "", err
		}
		if len(text) > 0 {
			text = append(text, '&')
		}
		text = appendForm(append(appendForm(text, name), '='), value)
	}
	return string(text), nil
}

// fieldText is a field as String(value) gives it.
func fieldText(option, name string, value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case bool, float64:
		return ordered.Text(value)
	}
	return "", fmt.Errorf("%s.%s must be a text, a number or a boolean, not %s: for several values of one name use URLSearchParams", option, name, show(value))
}

// appendForm appends a text in application/x-www-form-urlencoded, as the URL Standard says.
func appendForm(to []byte, text string) []byte {
	for _, b := range []byte(text) {
		switch {
		case b == ' ':
			to = append(to, '+')
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', strings.IndexByte("*-._", b) >= 0:
			to = append(to, b)
		default:
			to = fmt.Appendf(to, "%%%02X", b)
		}
	}
	return to
}

func withQuery(address, query string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	if query != "" {
		separator := "?"
		if strings.Contains(address, "?") {
			separator = "&"
		}
		address += separator + query
	}
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// multipartOf writes fields, of which { name, mimeType, buffer } are files, and says of which type the body is.
func multipartOf(fields *ordered.Object) ([]byte, string, error) {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, name := range fields.Keys() {
		field, _ := fields.Get(name)
		if file, ok := field.(*ordered.Object); ok {
			if err := appendFile(parts, name, file); err != nil {
				return nil, "", err
			}
			continue
		}
		text, err := fieldText("multipart", name, field)
		if err != nil {
			return nil, "", err
		}
		if err := parts.WriteField(name, text); err != nil {
			return nil, "", err
		}
	}
	err := parts.Close()
	return body.Bytes(), parts.FormDataContentType(), err
}

func appendFile(parts *multipart.Writer, field string, file *ordered.Object) error {
	for _, key := range file.Keys() {
		if key != "name" && key != "mimeType" && key != "buffer" {
			return fmt.Errorf("multipart.%s: there is no %q: a file has name, mimeType and buffer", field, key)
		}
	}
	given, _ := file.Get("name")
	name, ok := given.(string)
	if !ok {
		return mismatch("multipart."+field+".name", "a text", given)
	}
	given, _ = file.Get("buffer")
	content, err := bytesOf(given, "multipart."+field+".buffer")
	if err != nil {
		return err
	}
	given, _ = file.Get("mimeType")
	kind, _ := given.(string)
	kind = cmp.Or(kind, mime.TypeByExtension(path.Ext(name)), "application/octet-stream")
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition(field, name))
	header.Set("Content-Type", kind)
	part, err := parts.CreatePart(header)
	if err == nil {
		_, err = part.Write(content.Bytes())
	}
	return err
}
