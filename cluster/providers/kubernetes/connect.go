package kubernetes

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	// People whose kubeconfig logs in with OpenID Connect need it.
	_ "k8s.io/client-go/plugin/pkg/client/auth/oidc"

	"github.com/liveload/liveload/cluster/providers/retry"
)

const (
	firstPause = 500 * time.Millisecond
	// inCluster is the context of a Pod: its service account, unless KUBECONFIG says another one.
	inCluster = "in-cluster"
	// requestsPerSecond bounds what this process asks of the API server, with bursts of as many.
	requestsPerSecond = 50
)

// connect reads where the cluster is and who we are there. It asks the cluster nothing.
func connect(o Options, log *slog.Logger) (config *rest.Config, namespace string, err error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	if o.Context == inCluster { // whatever stronger and weaker options say of another machine's kubeconfig
		o.Context, o.Kubeconfig = "", ""
	}
	rules.WarnIfAllMissing, rules.ExplicitPath = false, o.Kubeconfig
	deferred := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: o.Context})
	config, err = deferred.ClientConfig()
	if err != nil {
		return nil, "", explainConfig(err, deferred, o)
	}
	namespace, _, err = deferred.Namespace()
	if err != nil {
		return nil, "", fmt.Errorf("read the namespace of the kubeconfig: %w", err)
	}
	if o.Namespace != "" {
		namespace = o.Namespace
	}
	config.UserAgent = "liveload"
	config.QPS, config.Burst = requestsPerSecond, requestsPerSecond
	config.WarningHandlerWithContext = warnings{log}
	return config, namespace, nil
}

// explainConfig says what is wrong with a kubeconfig and what to do.
func explainConfig(err error, from clientcmd.ClientConfig, o Options) error {
	if clientcmd.IsEmptyConfig(err) {
		return errors.New("which Kubernetes cluster? There is no kubeconfig: name one with --cluster-opt kubeconfig=FILE, or in KUBECONFIG")
	}
	raw, failed := from.RawConfig()
	if failed == nil && o.Context != "" && raw.Contexts[o.Context] == nil {
		return fmt.Errorf("--cluster-opt context=%s: the kubeconfig has no such context, but %s", o.Context,
			strings.Join(slices.Sorted(maps.Keys(raw.Contexts)), ", "))
	}
	return fmt.Errorf("read the kubeconfig: %w", err)
}

// repeating has requests sent again that the API server could not take just now.
func repeating(config *rest.Config, pause time.Duration) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(base http.RoundTripper) http.RoundTripper { return retry.Client(base, pause).Transport })
	return config
}
