package nomad

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"
)

// A variableBody is what Nomad publishes that a variable has when it is written.
type variableBody struct {
	Namespace, Path string
	Items           map[string]string
	CreateIndex     uint64
	ModifyIndex     uint64
	CreateTime      int64
	ModifyTime      int64
}

func (f *fake) putVariable(w http.ResponseWriter, r *http.Request) {
	var body variableBody
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil || body.Path != r.PathValue("path") || len(body.Items) == 0 {
		f.refuse(w, 400, "this is no variable: %+v, %v", body, err)
		return
	}
	now := time.Now().UnixNano()
	v := &api.Variable{Namespace: body.Namespace, Path: body.Path, Items: body.Items, CreateTime: now, ModifyTime: now}
	f.change(func() { f.variables[namespaced(r.URL.Query(), v.Path)] = v })
	f.answer(w, v)
}

func (f *fake) readVariable(r *http.Request) (any, bool) {
	v, ok := f.variables[namespaced(r.URL.Query(), r.PathValue("path"))]
	return v, ok
}

func (f *fake) listVariables(r *http.Request) (any, bool) {
	all := []*api.VariableMetadata{}
	for key, v := range f.variables {
		if strings.HasPrefix(key, namespaced(r.URL.Query(), r.URL.Query().Get("prefix"))) {
			all = append(all, &api.VariableMetadata{Namespace: v.Namespace, Path: v.Path, CreateTime: v.CreateTime})
		}
	}
	return all, true
}

func (f *fake) deleteVariable(w http.ResponseWriter, r *http.Request) {
	f.change(func() { delete(f.variables, namespaced(r.URL.Query(), r.PathValue("path"))) })
	w.WriteHeader(http.StatusNoContent)
}
