package demo

import (
	"crypto/subtle"
	"html/template"
	"net/http"
)

// Who may log in. The demo is for load tests on one's own machine: this is no secret.
const (
	demoUser     = "demo"
	demoPassword = "secret"
)

// plainRoutes are the pages and requests without LiveView.
func (s *Server) plainRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /plain", s.plain)
	mux.HandleFunc("POST /plain", s.plainPost)
	mux.HandleFunc("GET /login", s.loginForm)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", s.logout)
	mux.HandleFunc("GET /chatty", s.chatty)
	mux.HandleFunc("GET /chatty/{kind}/{n}", s.chattyResource)
}

func (s *Server) write(w http.ResponseWriter, status int, document []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=0, private, must-revalidate")
	w.WriteHeader(status)
	_, _ = w.Write(document) // the browser went away: nobody to tell
}

// render executes a small template into a plain page.
func (s *Server) render(w http.ResponseWriter, status int, current session, title string, t *template.Template, data any) {
	content, err := execute(t, data)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.write(w, status, s.plainPage(current.CSRF, title, content))
}

var plainTemplate = template.Must(template.New("plain").Parse(`<h1>Plain</h1>
<p id="plain-text">This page has no LiveView.</p>
<p><a id="to-counter" href="/counter">counter</a> <a id="to-self" href="/plain?again=1">again</a></p>
<form id="plain-form" action="/plain" method="post">
<input type="hidden" name="_csrf_token" value="{{.CSRF}}">
<label>Name <input id="plain-name" name="name"></label>
<button id="plain-submit">Send</button>
</form>
{{- if .Name}}<p id="plain-result">Hello, {{.Name}}!</p>{{end}}`))

func (s *Server) plain(w http.ResponseWriter, r *http.Request) {
	current := s.sessionOf(w, r)
	s.render(w, http.StatusOK, current, "Plain", plainTemplate, map[string]string{"CSRF": current.CSRF})
}

func (s *Server) plainPost(w http.ResponseWriter, r *http.Request) {
	current := s.sessionOf(w, r)
	if !genuine(w, r, current) {
		return
	}
	s.render(w, http.StatusOK, current, "Plain", plainTemplate, map[string]string{"CSRF": current.CSRF, "Name": r.PostFormValue("name")})
}

var loginTemplate = template.Must(template.New("login").Parse(`<h1>Log in</h1>
{{- if .Flash}}<p id="flash-error" class="flash flash-error">{{.Flash}}</p>{{end}}
{{- if .Error}}<p id="login-error" class="error">{{.Error}}</p>{{end}}
<form id="login-form" action="/login" method="post">
<input type="hidden" name="_csrf_token" value="{{.CSRF}}">
<label>User <input id="login-user" name="user" value="{{.User}}"></label>
<label>Password <input id="login-password" name="password" type="password"></label>
<button id="login-submit">Log in</button>
</form>
<p>User demo, password secret. <a id="to-live-login" href="/login/live">The same with a LiveView</a></p>`))

func (s *Server) loginForm(w http.ResponseWriter, r *http.Request) {
	current := s.sessionOf(w, r)
	s.render(w, http.StatusOK, current, "Log in", loginTemplate,
		map[string]string{"CSRF": current.CSRF, "Flash": s.endpoint.TakeFlash(w, r)["error"]})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	current := s.sessionOf(w, r)
	if !genuine(w, r, current) {
		return
	}
	user := r.PostFormValue("user")
	if user != demoUser || r.PostFormValue("password") != demoPassword {
		s.render(w, http.StatusUnauthorized, current, "Log in", loginTemplate,
			map[string]string{"CSRF": current.CSRF, "User": user, "Error": "Wrong user or password."})
		return
	}
	current.User = user
	s.store(w, current)
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	current := s.sessionOf(w, r)
	if !genuine(w, r, current) {
		return
	}
	current.User = ""
	s.store(w, current)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// genuine answers a form that does not carry the session's CSRF token with 403, as Phoenix does.
func genuine(w http.ResponseWriter, r *http.Request, current session) bool {
	if subtle.ConstantTimeCompare([]byte(r.PostFormValue("_csrf_token")), []byte(current.CSRF)) == 1 {
		return true
	}
	http.Error(w, "Invalid CSRF (Cross Site Request Forgery) token: load the form again and keep its cookie.", http.StatusForbidden)
	return false
}
