// Package awstest is an AWS of its own for tests: those parts of ECS on Fargate, Secrets Manager, CloudWatch Logs and
// Service Quotas that a provider of machines needs, as their published models say. Unknown and missing members are refused,
// requests must be signed, and identities may do what a policy allows. The tasks are processes of the test program.
package awstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/liveload/liveload/cluster/providers/providertest"
)

// What there is.
const (
	Region        = "eu-west-1"
	Account       = "123456789012"
	Cluster       = "load"
	Subnet        = "subnet-0a1b2c3d"
	SecurityGroup = "sg-0a1b2c3d"
	LogGroup      = "liveload"
	ExecutionRole = "arn:aws:iam::" + Account + ":role/liveload-execution"
	KeyID         = "AKIAIOSFODNN7EXAMPLE"
	Key           = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// A Fault is an answer of AWS that refuses a request.
type Fault struct {
	Status        int
	Code, Message string
	RetryAfter    time.Duration // that the answer asks for; 0 for nothing
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

// A Server is an AWS. Make one with Start.
type Server struct {
	URL    string
	Sent   providertest.Sent
	server *httptest.Server
	work   sync.WaitGroup // of tasks
	policy Policy

	mu          sync.Mutex
	calls       map[string]int // by action
	faults      map[string][]*Fault
	refused     map[string]*Fault
	lost        map[string]int // answers, by action
	tasks       []*task        // in the order of their start
	tickets     map[string][]*task
	definitions []*definition
	secrets     []*secret
	streams     map[string]*stream
	quotas      map[string]float64
	gate        chan struct{} // tasks wait for it; nil when they need not
	spot        int           // tasks that Spot has left; negative for no bound
	failing     []string      // reasons why one task each is not started
	unpullable  string        // why tasks cannot get their image
	providers   []string      // capacity providers of the cluster
	hollow      bool          // tasks have no processes
	largest     map[string]int
}

// Start starts an AWS that allows what a policy says; it ends with the test, and with it all tasks.
func Start(t *testing.T, policy Policy) *Server {
	t.Helper()
	s := &Server{
		policy: policy, calls: map[string]int{}, faults: map[string][]*Fault{}, refused: map[string]*Fault{}, lost: map[string]int{}, tickets: map[string][]*task{},
		streams: map[string]*stream{}, quotas: map[string]float64{"L-3032A538": 4000, "L-36FBB829": 4000}, spot: -1,
		providers: []string{"FARGATE", "FARGATE_SPOT"}, largest: map[string]int{},
	}
	s.server = httptest.NewServer(s.Sent.By(s))
	s.URL = s.server.URL
	t.Cleanup(func() {
		s.mu.Lock()
		for _, task := range s.tasks {
			task.order(types.TaskStopCodeUserInitiated, "the test is over", true)
		}
		s.mu.Unlock()
		s.work.Wait()
		s.server.Close()
	})
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if id, ok := strings.CutPrefix(r.URL.Path, "/v4/"); ok && r.Method == http.MethodGet {
		s.serveMetadata(w, strings.TrimSuffix(id, "/task"))
		return
	}
	body, err := io.ReadAll(r.Body)
	var out any
	if err == nil {
		out, err = s.answer(r, body)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", "7d5c5c2e-0000-4000-8000-000000000000")
	if err == nil {
		json.NewEncoder(w).Encode(out)
		return
	}
	fault, ok := errors.AsType[*Fault](err)
	if !ok {
		fault = &Fault{Status: 500, Code: "ServerException", Message: err.Error()}
	}
	if fault.RetryAfter > 0 {
		w.Header().Set("X-Amz-Retry-After", strconv.FormatInt(fault.RetryAfter.Milliseconds(), 10))
	}
	w.WriteHeader(fault.Status)
	json.NewEncoder(w).Encode(map[string]string{"__type": fault.Code, "message": fault.Message})
}

// answer checks a request as far as all requests are alike.
func (s *Server) answer(r *http.Request, body []byte) (any, error) {
	target := r.Header.Get("X-Amz-Target")
	op, known := operations[target]
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/" || r.Header.Get("Content-Type") != "application/x-amz-json-1.1":
		return nil, &Fault{Status: 400, Code: "SerializationException", Message: "this is no request of JSON 1.1"}
	case !known:
		return nil, &Fault{Status: 400, Code: "UnknownOperationException", Message: target}
	}
	if err := checkSignature(r, body, op.service); err != nil {
		return nil, err
	}
	_, action, _ := strings.Cut(target, ".")
	if err := s.fault(op.service + ":" + action); err != nil {
		return nil, err
	}
	if err := checkShape(op.input, op.input.ID().Name, body); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := op.handle(s, op.service+":"+action, body)
	if s.lost[op.service+":"+action] > 0 {
		s.lost[op.service+":"+action]--
		return nil, &Fault{Status: 500, Code: "ServerException", Message: "the answer is lost"}
	}
	return out, err
}

// fault counts a request, and returns why it fails whatever it says; nil when it does not.
func (s *Server) fault(action string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[action]++
	if next := s.faults[action]; len(next) > 0 {
		s.faults[action] = next[1:]
		return next[0]
	}
	if f := s.refused[action]; f != nil {
		return f
	}
	return nil
}

// allow says whether the policy allows an action on a resource.
func (s *Server) allow(action, resource string) error {
	if s.policy.allows(action, resource) {
		return nil
	}
	return &Fault{Status: 400, Code: "AccessDeniedException", Message: fmt.Sprintf(
		"User: arn:aws:iam::%s:user/ada is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action", Account, action, resource, action)}
}

var authorization = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$`)

// checkSignature signs the request as its sender should have done.
func checkSignature(r *http.Request, body []byte, service string) error {
	bad := func(code, why string) error { return &Fault{Status: 403, Code: code, Message: why} }
	parts := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	switch {
	case parts == nil:
		return bad("MissingAuthenticationTokenException", "Missing Authentication Token")
	case parts[1] != KeyID:
		return bad("UnrecognizedClientException", "The security token included in the request is invalid.")
	case parts[2] != Region || parts[3] != service:
		return bad("InvalidSignatureException", "Credential should be scoped to a valid region and the correct service.")
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || time.Since(at).Abs() > 15*time.Minute {
		return bad("InvalidSignatureException", "Signature expired")
	}
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	signed := strings.Split(parts[4], ";")
	for name, values := range r.Header {
		if slices.Contains(signed, strings.ToLower(name)) && name != "Authorization" {
			again.Header[name] = values
		}
	}
	sum := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: KeyID, SecretAccessKey: Key}, again, hex.EncodeToString(sum[:]), service, Region, at)
	if err != nil {
		return err
	}
	if again.Header.Get("Authorization") != r.Header.Get("Authorization") {
		return bad("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.")
	}
	return nil
}

func badRequest(code, format string, args ...any) error {
	return &Fault{Status: 400, Code: code, Message: fmt.Sprintf(format, args...)}
}
