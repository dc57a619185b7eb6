package kubernetes

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
)

const twoContexts = `apiVersion: v1
kind: Config
current-context: here
contexts:
- {name: here, context: {cluster: one, user: me, namespace: load}}
- {name: there, context: {cluster: two, user: me}}
clusters:
- {name: one, cluster: {server: "https://one:6443"}}
- {name: two, cluster: {server: "https://two:6443"}}
users: [{name: me, user: {token: none}}]
`

func TestConnect(t *testing.T) {
	config := file(t, twoContexts)
	t.Setenv("KUBECONFIG", config)
	for _, test := range []struct{ options, host, namespace string }{
		{"", "https://one:6443", "load"},
		{"there", "https://two:6443", "default"},
	} {
		got, namespace, err := connect(Options{Context: test.options}, slog.New(slog.DiscardHandler))
		if err != nil || got.Host != test.host || namespace != test.namespace {
			t.Errorf("context %q: %+v, %s, %v; want %+v", test.options, got, namespace, err, test)
		}
	}
	if _, namespace, err := connect(Options{Kubeconfig: config, Namespace: "mine"}, slog.New(slog.DiscardHandler)); err != nil || namespace != "mine" {
		t.Errorf("the namespace of the options: %s, %v", namespace, err)
	}
}

func TestConnectErrors(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	t.Setenv("KUBECONFIG", file(t, twoContexts)+".none")
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{}, "which Kubernetes cluster? There is no kubeconfig: name one with --cluster-opt kubeconfig=FILE, or in KUBECONFIG"},
		{Options{Kubeconfig: file(t, twoContexts), Context: "ther"}, "--cluster-opt context=ther: the kubeconfig has no such context, but here, there"},
		{Options{Kubeconfig: "none.yaml"}, "read the kubeconfig: stat none.yaml"},
		{Options{Kubeconfig: file(t, "nonsense: [")}, "read the kubeconfig: "},
	} {
		test.options.Image = "liveload"
		if p, err := New(providers.Home{Log: slog.New(slog.DiscardHandler)}, test.options); p != nil || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %s", test.options, err, test.want)
		}
	}
}
