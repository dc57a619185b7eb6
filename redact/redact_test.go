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
		"https://shop.example/cart?page=2":             "https://shop.example/cart?page=2",
		"https://joe:hunter2@shop.example/a":           "https://joe:•••@shop.example/a",
		"https://:hunter2@shop.example":                "https://:•••@shop.example",
		"see ws://a.b/live?vsn=2&token=abc.def&x=1":    "see ws://a.b/live?vsn=2&token=•••&x=1",
		"postgres://u:p:q@db/x and http://a.b:80/@me":  "postgres://u:•••@db/x and http://a.b:80/@me",
		"postgres://joe:p@ss@db/x":                     "postgres://joe:•••@db/x",
		"https://a.example/#access_token=1&page=2":     "https://a.example/#access_token=•••&page=2",
		"https://a.example/?X-Amz-Credential=AKIA1":    "https://a.example/?X-Amz-Credential=•••",
		"https://a.example/?api_key=1#k":               "https://a.example/?api_key=•••#k",
		"mail me@example.com at 10:30, or a:b@c maybe": "mail me@example.com at 10:30, or a:b@c maybe",
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
		"users": 10.0, "config": map[string]any{"baseURL": "http://a:•••@c", "password": Hidden, "empty": "", "apiKey": ""},
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
