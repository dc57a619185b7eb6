package pages

import "github.com/liveload/liveload/examples/demo/liveview"

var (
	liveLoginTemplate = liveview.Parse(`
		<h1>Log in</h1>
		{}
		<form id="login-form" action="/login" method="post" phx-submit="check"{}>
			<input type="hidden" name="_csrf_token" value="{}">
			<label>User <input id="login-user" name="user" value="{}"></label>
			<label>Password <input id="login-password" name="password" type="password" value="{}"></label>
			<button id="login-submit">Log in</button>
		</form>
	`)
	liveLoginError = liveview.Parse(`<p id="login-error" class="error">{}</p>`)

	accountTemplate = liveview.Parse(`
		<h1>Account</h1>
		<p>Logged in as <b id="account-user">{}</b>, <span id="account-name">{}</span>.</p>
		<form id="rename-form" phx-submit="rename"><input id="name" name="name" value="{}"> <button id="rename">Rename</button></form>
		<form id="logout-form" action="/logout" method="post">
			<input type="hidden" name="_csrf_token" value="{}">
			<button id="logout">Log out</button>
		</form>
	`)
)

// liveLogin checks the password over the socket; only then the browser submits the plain form
// (phx-trigger-action), which sets the cookie.
type liveLogin struct {
	liveview.Base
	user, password string
	failed, submit bool
}

func (l *liveLogin) Mount(s *liveview.Socket) error {
	s.SetTitle("Log in")
	return nil
}

func (l *liveLogin) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "check" {
		return liveview.UnknownEvent(e)
	}
	l.user, l.password = e.Get("user"), e.Get("password")
	l.submit = l.user == "demo" && l.password == "secret"
	l.failed = !l.submit
	return nil
}

func (l *liveLogin) Render(s *liveview.Socket) *liveview.Node {
	var problem *liveview.Node
	password := ""
	if l.failed {
		problem = liveLoginError.With("Wrong user or password.")
	} else {
		password = l.password // the browser is about to submit it
	}
	return withFlash(s, liveLoginTemplate.With(problem, liveview.Flag("phx-trigger-action", l.submit), s.Session("csrf"), l.user, password))
}

// account sends visitors who are not logged in to /login.
type account struct {
	liveview.Base
	name string
}

func (a *account) Mount(s *liveview.Socket) error {
	s.SetTitle("Account")
	a.name = "no name yet"
	if s.Session("user") == "" {
		s.PutFlash("error", "Log in first.")
		s.Redirect("/login")
	}
	return nil
}

func (a *account) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "rename" {
		return liveview.UnknownEvent(e)
	}
	a.name = e.Get("name")
	return nil
}

func (a *account) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, accountTemplate.With(s.Session("user"), a.name, a.name, s.Session("csrf")))
}
