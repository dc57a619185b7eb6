package demo

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var document = template.Must(template.New("document").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="{{.CSRF}}">
<link rel="icon" href="data:,">
<title data-default="liveload demo" data-suffix=" · liveload demo">{{.Title}} · liveload demo</title>
<link rel="stylesheet" href="{{.CSS}}">
{{- if .Live}}
<script type="importmap">{"imports":{"phoenix":"{{.Phoenix}}","phoenix_live_view":"{{.LiveView}}"}}</script>
<script type="module" src="{{.JS}}"></script>
{{- end}}
</head>
<body>
<nav><a id="nav-home" href="/">liveload demo</a></nav>
{{.Content}}
</body>
</html>
`))

type documentData struct {
	CSRF, Title, CSS, JS string
	Phoenix, LiveView    template.JSStr
	Live                 bool
	Content              template.HTML
}

// layout is the root layout of live pages.
func (s *Server) layout(session map[string]string, page liveview.Page) []byte {
	return s.document(documentData{CSRF: session["csrf"], Title: page.Title, Live: true, Content: template.HTML(page.Content)})
}

// plainPage is a page without LiveView and without its client.
func (s *Server) plainPage(csrf, title string, content template.HTML) []byte {
	return s.document(documentData{CSRF: csrf, Title: title, Content: content})
}

func (s *Server) document(data documentData) []byte {
	data.CSS, data.JS = s.assets.url("/assets/app.css"), s.assets.url("/assets/app.js")
	data.Phoenix = template.JSStr(s.assets.url("/assets/phoenix.mjs"))
	data.LiveView = template.JSStr(s.assets.url("/assets/phoenix_live_view.esm.js"))
	var b strings.Builder
	if err := document.Execute(&b, data); err != nil {
		return []byte("The layout failed: " + err.Error()) // only a mistake in the template above
	}
	return []byte(b.String())
}

func execute(t *template.Template, data any) (template.HTML, error) {
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("render %s: %w", t.Name(), err)
	}
	return template.HTML(b.String()), nil
}
