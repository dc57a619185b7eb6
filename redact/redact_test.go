package redact

import (
	"reflect"
	"strings"
	"testing"
)

func TestIsSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"password": true, "DB_PASSWORD": true, "adminPasswd": true, "apiKey": true, "api_key": true, "X-Api-Key": true, "clientSecret": true, "csrfToken": true,
		"Authorization": true, "auth": true, "Cookie": true, "httpCredentials": true, "storageState": true, "pwd": true, "private-key": true,
		"db_pwd": true, "basic_auth": true, "basicAuth": true, "jwt": true, "authorName": false, "oauthor": false,
		"baseURL": false, "users": false, "key": false, "author": false, "passes": false, "session": false, "keyboard": false, "pwdless": false,
	} {
		if got := IsSecret(name); got != want {
			t.Errorf("IsSecret(%q) = %v", name, got)
		}
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"https://shop.example/cart?page=2":                                                             "https://shop.example/cart?page=2",
		"https://joe:hunter2@shop.example/a":                                                           "https://joe:[redacted]@shop.example/a",
		"https://:hunter2@shop.example":                                                                "https://:[redacted]@shop.example",
		"see ws://a.b/live?vsn=2&token=abc.def&x=1":                                                    "see ws://a.b/live?vsn=2&token=[redacted]&x=1",
		"postgres://u:p:q@db/x and http://a.b:80/@me":                                                  "postgres://u:[redacted]@db/x and http://a.b:80/@me",
		"postgres://joe:p@ss@db/x":                                                                     "postgres://joe:[redacted]@db/x",
		"https://a.example/#access_token=1&page=2":                                                     "https://a.example/#access_token=[redacted]&page=2",
		"https://a.example/?X-Amz-Credential=AKIA1":                                                    "https://a.example/?X-Amz-Credential=[redacted]",
		"https://a.example/?api_key=1#k":                                                               "https://a.example/?api_key=[redacted]#k",
		"https://ghp_abcdef@github.com/x and ssh://root@host":                                          "https://[redacted]@github.com/x and ssh://root@host",
		`click("button[data-key=3]"): "#token-form[data-id=4]" and a key=3`:                            `click("button[data-key=3]"): "#token-form[data-id=4]" and a key=3`,
		`<a href="?a=1&amp;token=x1">sign in</a>`:                                                      `<a href="?a=1&amp;token=[redacted]">sign in</a>`,
		`{"url":"http://a/?a=1\u0026token=x1\u0026b=2"}`:                                               `{"url":"http://a/?a=1\u0026token=[redacted]\u0026b=2"}`,
		`evaluate("f", {"password":"a\"b","user":"ann"})`:                                              `evaluate("f", {"password":"[redacted]","user":"ann"})`,
		`{ user: 'ann', userPassword: 'it\'s', x: 1 }`:                                                 `{ user: 'ann', userPassword: '[redacted]', x: 1 }`,
		`"{\"password\":\"a\\\"b\",\"user\":\"ann\"}"`:                                                 `"{\"password\":\"[redacted]\",\"user\":\"ann\"}"`,
		`{"name":"Cookie","value":"a=b; c=d"}`:                                                         `{"name":"Cookie","value":"[redacted]"}`,
		"GET / HTTP/1.1\nAuthorization: Bearer abc.def\nHost: a":                                       "GET / HTTP/1.1\nAuthorization: [redacted]\nHost: a",
		"cookie: a=b; c=d\nx: y":                                                                       "cookie: [redacted]\nx: y",
		"X-Api-Token: abc, Accept: x":                                                                  "X-Api-Token: [redacted], Accept: x",
		"sent Bearer abcdefghijklmnop1234 there":                                                       "sent Bearer [redacted] there",
		"Basic authentication is needed, said the bearer":                                              "Basic authentication is needed, said the bearer",
		"Unexpected token: it is no JSON":                                                              "Unexpected token: it is no JSON",
		`["4","7","lv:phx-1","event",{"value":"user=ann&password=a%20b&password_confirmation=c&x=1"}]`: `["4","7","lv:phx-1","event",{"value":"user=ann&password=[redacted]&password_confirmation=[redacted]&x=1"}]`,
		`{"session":"SFMyNTY.g2gDaAJhBXQ","static":"SFMyNTY.g2gDaAJhBXR","params":{"_csrf_token":"t","vsn":"1"}}`: `{"session":"[redacted]","static":"[redacted]","params":{"_csrf_token":"[redacted]","vsn":"1"}}`,
		`"user[password]=a&user%5Btoken%5D=b&q=my password = x"`:                                                  `"user[password]=[redacted]&user%5Btoken%5D=[redacted]&q=my password = x"`,
		`{"s":["<label>Password <input id=\"p\">"]}`:                                                              `{"s":["<label>Password <input id=\"p\">"]}`,
		`{"userPassword":"a","apiToken":"b`:                                                                       `{"userPassword":"[redacted]","apiToken":"[redacted]`,
		"mail me@example.com at 10:30, or a:b@c maybe":                                                            "mail me@example.com at 10:30, or a:b@c maybe",
	} {
		if got := Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestValue(t *testing.T) {
	given := map[string]any{
		"users": 10.0, "config": map[string]any{"baseURL": "http://a:b@c", "password": "hunter2", "empty": "", "apiKey": ""},
		"context": map[string]any{"storageState": map[string]any{"cookies": []any{}}, "httpCredentials": map[string]any{"username": "joe"}},
		"list":    []any{map[string]any{"token": 5.0}, nil, true},
	}
	want := map[string]any{
		"users": 10.0, "config": map[string]any{"baseURL": "http://a:[redacted]@c", "password": Hidden, "empty": "", "apiKey": ""},
		"context": map[string]any{"storageState": Hidden, "httpCredentials": Hidden},
		"list":    []any{map[string]any{"token": Hidden}, nil, true},
	}
	if got := Value(given); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if given["config"].(map[string]any)["password"] != "hunter2" {
		t.Error("the data that was given is changed")
	}
}

// FuzzText: what comes after a user's name, and before the host, is never shown.
func FuzzText(f *testing.F) {
	f.Add("hunter2")
	f.Fuzz(func(t *testing.T, password string) {
		if len(password) < 6 || strings.ContainsAny(password, "/?# \t\n\v\f\r") || strings.Contains(Hidden, password) {
			return
		}
		if got := Text("https://joe:" + password + "@shop.example/"); strings.Contains(got, password) {
			t.Errorf("%q", got)
		}
	})
}
