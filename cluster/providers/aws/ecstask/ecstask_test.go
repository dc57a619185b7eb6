package ecstask

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOwnName(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v4/a/task":
			w.Write([]byte(`{"Cluster":"c","TaskARN":"arn:aws:ecs:eu-west-1:123456789012:task/c/0123456789abcdef0123456789abcdef"}`))
		case "/v4/b/task":
			w.Write([]byte(`{}`))
		case "/v4/c/task":
			w.Write([]byte(`<html>`))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	for address, want := range map[string]string{
		"":                   "is not set",
		server.URL + "/v4/b": "names no task",
		server.URL + "/v4/c": "invalid character",
		server.URL + "/v4/d": "404 Not Found",
	} {
		if name, err := OwnName(t.Context(), func(string) string { return address }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("OwnName at %q = %q, %v; want %q", address, name, err, want)
		}
	}
	name, err := OwnName(t.Context(), func(string) string { return server.URL + "/v4/a" })
	if name != "aws-0123456789ab" || err != nil {
		t.Errorf("OwnName = %q, %v", name, err)
	}
	if got := Name("x"); got != "aws-x" {
		t.Errorf("Name(x) = %q", got)
	}
}
