package liveload

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/metrics"
)

// Tags reads an object of tags of a sample of m, as every module takes them: the empty set without tags.
func Tags(m *metrics.Metric, v goja.Value) (metrics.Labels, error) {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return metrics.Labels{}, nil
	}
	obj, ok := v.(*goja.Object)
	if !ok || obj.ClassName() != "Object" {
		return metrics.Labels{}, fmt.Errorf("tags must be an object such as { plan: 'pro' }, not %s", Show(v))
	}
	tags := map[string]string{}
	for _, key := range obj.Keys() {
		value := obj.Get(key)
		switch value.Export().(type) {
		case string, int64, float64, bool:
			tags[key] = shorten(value.String())
		default:
			return metrics.Labels{}, fmt.Errorf("the tag %s must be a text, a number or a boolean, not %s", key, Show(value))
		}
	}
	return m.Tags(tags)
}
