package nomad

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An object of Nomad's job specification in JSON, as it is published: its fields, and what is in those that are objects or
// lists of them. A field with * is required.
type object map[string]string

// schema has the objects that this provider may send. What it may not send is not here, and is refused.
var schema = map[string]object{
	"Job": fields("*ID *Name *Type Region Namespace Priority *Datacenters NodePool Meta", map[string]string{
		"Constraints": "Constraint", "*TaskGroups": "TaskGroup",
	}),
	"Constraint": fields("LTarget RTarget *Operand", nil),
	"TaskGroup": fields("*Name *Count MaxRunDuration", map[string]string{
		"RestartPolicy": "RestartPolicy", "ReschedulePolicy": "ReschedulePolicy", "Disconnect": "Disconnect", "*Tasks": "Task",
	}),
	"RestartPolicy":    fields("Attempts Delay Interval Mode RenderTemplates", nil),
	"ReschedulePolicy": fields("Attempts Delay DelayFunction Interval MaxDelay Unlimited", nil),
	"Disconnect":       fields("LostAfter StopOnClientAfter Replace Reconcile", nil),
	"Task": fields("*Name *Driver User *Config Env KillTimeout KillSignal", map[string]string{
		"Resources": "Resources", "Templates": "Template", "Artifacts": "Artifact",
	}),
	"Resources": fields("CPU Cores MemoryMB MemoryMaxMB DiskMB", nil),
	"Template":  fields("EmbeddedTmpl SourcePath *DestPath Perms ChangeMode Once", nil),
	"Artifact":  fields("*GetterSource GetterMode RelativeDest", nil),
}

func fields(plain string, objects map[string]string) object {
	all := object{}
	for name := range strings.FieldsSeq(plain) {
		all[name] = ""
	}
	maps.Copy(all, objects)
	return all
}

// zero says whether a field of Nomad's Go client says nothing: it sends all that it has.
func zero(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case float64:
		return v == 0
	}
	return false
}

// problems are what is wrong with an object of a kind at a place.
func problems(kind, place string, value any) (all []string) {
	given, ok := value.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s is %v, but must be a %s", place, value, kind)}
	}
	known := schema[kind]
	for _, name := range slices.Sorted(maps.Keys(given)) {
		inner, plain := known[name]
		if _, required := known["*"+name]; required {
			inner, plain = known["*"+name], true
		}
		switch {
		case zero(given[name]):
		case !plain:
			all = append(all, fmt.Sprintf("%s.%s is no field of a %s", place, name, kind))
		case inner != "":
			all = append(all, problemsIn(inner, place+"."+name, given[name])...)
		}
	}
	for name := range known {
		if required, ok := strings.CutPrefix(name, "*"); ok && zero(given[required]) {
			all = append(all, fmt.Sprintf("%s.%s is missing", place, required))
		}
	}
	return all
}

// problemsIn are those of an object, or of each one of a list.
func problemsIn(kind, place string, value any) (all []string) {
	list, ok := value.([]any)
	if !ok {
		return problems(kind, place, value)
	}
	for i, one := range list {
		all = append(all, problems(kind, fmt.Sprintf("%s[%d]", place, i), one)...)
	}
	return all
}
