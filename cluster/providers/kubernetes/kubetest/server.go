package kubetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	authv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	corev1 "k8s.io/api/core/v1"
)

// parameters are those that requests may have.
var parameters = []string{"labelSelector", "fieldSelector", "watch", "resourceVersion", "resourceVersionMatch", "timeout", "timeoutSeconds",
	"allowWatchBookmarks", "sendInitialEvents", "dryRun", "fieldValidation", "limit"}

// A call is a request for objects.
type call struct {
	*http.Request
	kind  kind
	name  string
	query url.Values
}

// ServeHTTP implements http.Handler.
func (c *Cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && r.URL.Path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" {
		c.review(w, r)
		return
	}
	if pod, ok := strings.CutPrefix(r.URL.Path, "/api/v1/namespaces/"+Namespace+"/pods/"); ok && strings.HasSuffix(pod, "/exec") {
		c.exec(w, r, strings.TrimSuffix(pod, "/exec"))
		return
	}
	asked, err := parse(r)
	if err != nil {
		answer(w, nil, err)
		return
	}
	if fault := c.fault(asked); fault != nil {
		if fault.Done {
			_, _ = c.serve(asked)
		}
		if fault.RetryAfter != "" {
			w.Header().Set("Retry-After", fault.RetryAfter)
		}
		answer(w, nil, &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: int32(fault.Status), Message: fmt.Sprintf("kubetest fails with %d", fault.Status)}})
		return
	}
	if asked.query.Get("watch") == "true" {
		c.watch(w, asked)
		return
	}
	o, err := c.serve(asked)
	answer(w, o, err)
}

// parse reads which objects a request is about.
func parse(r *http.Request) (call, error) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	for _, k := range all {
		prefix := strings.Split("apis/"+k.gvr.GroupVersion().String(), "/")
		if k.gvr.Group == "" {
			prefix = []string{"api", "v1"}
		}
		prefix = append(prefix, "namespaces", Namespace, k.gvr.Resource)
		if len(parts) < len(prefix) || len(parts) > len(prefix)+1 || !slices.Equal(parts[:len(prefix)], prefix) {
			continue
		}
		asked := call{Request: r, kind: k, name: strings.Join(parts[len(prefix):], ""), query: r.URL.Query()}
		for name := range asked.query {
			if !slices.Contains(parameters, name) {
				return call{}, apierrors.NewBadRequest("there is no parameter " + name)
			}
		}
		return asked, nil
	}
	return call{}, apierrors.NewNotFound(schema.GroupResource{}, r.URL.Path)
}

// fault is what a request fails with; nil for nothing.
func (c *Cluster) fault(asked call) *Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	method := asked.Method
	switch {
	case asked.query.Get("watch") == "true":
		method = "WATCH"
	case method == http.MethodGet && asked.name == "":
		method = "LIST"
	}
	c.requests = append(c.requests, method+" "+asked.kind.gvr.Resource)
	for _, f := range c.faults {
		if f.over || f.Method != "" && f.Method != method || f.Resource != "" && f.Resource != asked.kind.gvr.Resource {
			continue
		}
		if f.Times > 0 {
			f.Times--
			f.over = f.Times == 0
		}
		return f
	}
	return nil
}

// serve carries a request out.
func (c *Cluster) serve(asked call) (o runtime.Object, err error) {
	switch {
	case asked.Method == http.MethodGet && asked.name == "":
		return c.list(asked)
	case asked.Method == http.MethodGet:
		return c.tracker.Get(asked.kind.gvr, Namespace, asked.name)
	case asked.Method == http.MethodPost && asked.name == "":
		if o, err = c.decode(asked); err != nil {
			return nil, err
		}
		c.change(func() { o, err = c.create(asked, o) })
		return o, err
	case asked.Method == http.MethodDelete && asked.name != "":
		var options metav1.DeleteOptions
		if err := json.NewDecoder(asked.Body).Decode(&options); err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		c.change(func() { o, err = c.delete(asked, options) })
		return o, err
	}
	return nil, apierrors.NewMethodNotSupported(asked.kind.gvr.GroupResource(), asked.Method)
}

// decode reads the object of a request. A field that there is not is refused.
func (c *Cluster) decode(asked call) (runtime.Object, error) {
	text, err := io.ReadAll(asked.Body)
	if err != nil {
		return nil, err
	}
	o, _, err := c.codecs.UniversalDeserializer().Decode(text, nil, asked.kind.make())
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	return o, nil
}

// selected says whether an object is one of those that a request wants.
func (asked call) selected(o runtime.Object) (bool, error) {
	wanted, err := labels.Parse(asked.query.Get("labelSelector"))
	if err != nil {
		return false, apierrors.NewBadRequest(err.Error())
	}
	field, err := fields.ParseSelector(asked.query.Get("fieldSelector"))
	if err != nil {
		return false, apierrors.NewBadRequest(err.Error())
	}
	m, err := meta.Accessor(o)
	if err != nil {
		return false, err
	}
	set := fields.Set{"metadata.name": m.GetName()}
	if e, ok := o.(*corev1.Event); ok {
		set["type"] = e.Type
	}
	for _, need := range field.Requirements() {
		if !set.Has(need.Field) {
			return false, apierrors.NewBadRequest("field label not supported: " + need.Field)
		}
	}
	return wanted.Matches(labels.Set(m.GetLabels())) && field.Matches(set), nil
}

func (c *Cluster) list(asked call) (runtime.Object, error) {
	list, err := c.tracker.List(asked.kind.gvr, asked.kind.gvr.GroupVersion().WithKind(asked.kind.kind), Namespace)
	if err != nil {
		return nil, err
	}
	every, err := meta.ExtractList(list)
	if err != nil {
		return nil, err
	}
	var some []runtime.Object
	for _, o := range every {
		ok, err := asked.selected(o)
		if err != nil {
			return nil, err
		}
		if ok {
			some = append(some, o)
		}
	}
	return list, meta.SetList(list, some)
}

// watch streams what becomes of objects.
func (c *Cluster) watch(w http.ResponseWriter, asked call) {
	if asked.query.Get("sendInitialEvents") != "" {
		answer(w, nil, apierrors.NewInvalid(schema.GroupKind{}, "", nil)) // as servers without WatchList
		return
	}
	changes, err := c.tracker.Watch(asked.kind.gvr, Namespace, metav1.ListOptions{ResourceVersion: asked.query.Get("resourceVersion")})
	if err != nil {
		answer(w, nil, err)
		return
	}
	defer changes.Stop()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for {
		select {
		case change := <-changes.ResultChan():
			if ok, err := asked.selected(change.Object); err != nil || !ok {
				continue
			}
			if err := json.NewEncoder(w).Encode(metav1.WatchEvent{Type: string(change.Type), Object: runtime.RawExtension{Object: typed(change)}}); err != nil {
				return
			}
			w.(http.Flusher).Flush()
		case <-asked.Context().Done():
			return
		case <-c.stopped:
			return
		}
	}
}

// typed is the object of a change with its kind. Others have the same object.
func typed(change watch.Event) runtime.Object {
	o := change.Object.DeepCopyObject()
	for _, k := range all {
		if fmt.Sprintf("%T", k.make()) == fmt.Sprintf("%T", o) {
			o.GetObjectKind().SetGroupVersionKind(k.gvr.GroupVersion().WithKind(k.kind))
		}
	}
	return o
}

// review says which rights somebody has.
func (c *Cluster) review(w http.ResponseWriter, r *http.Request) {
	var asked authv1.SelfSubjectAccessReview
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Spec.ResourceAttributes == nil {
		answer(w, nil, apierrors.NewBadRequest("no review"))
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	right := asked.Spec.ResourceAttributes
	asked.Status.Allowed = right.Namespace == Namespace && !slices.Contains(c.denied, right.Verb+" "+right.Resource)
	answer(w, &asked, nil)
}

// answer writes an object, or what went wrong.
func answer(w http.ResponseWriter, o any, err error) {
	code := http.StatusOK
	if err != nil {
		status := metav1.Status{Code: http.StatusInternalServerError, Message: err.Error(), Status: metav1.StatusFailure}
		if known, ok := err.(apierrors.APIStatus); ok {
			status = known.Status()
		}
		status.Kind, status.APIVersion = "Status", "v1"
		o, code = status, int(status.Code)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(o) // the client may have gone
}
