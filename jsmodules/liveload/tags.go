package liveload

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/metrics"
)

// Tags reads an object of tags, as every module takes them, and makes a label of it: "" without tags.
func Tags(v goja.Value) (label string, err error) {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return "", nil
	}
	obj, ok := v.(*goja.Object)
	if !ok || obj.ClassName() != "Object" {
		return "", fmt.Errorf("tags must be an object such as { plan: 'pro' }, not %s", show(v))
	}
	tags := map[string]string{}
	for _, key := range obj.Keys() {
		value := obj.Get(key)
		switch value.Export().(type) {
		case string, int64, float64, bool:
			tags[key] = shorten(value.String())
		default:
			return "", fmt.Errorf("the tag %s must be a text, a number or a boolean, not %s", key, show(value))
		}
	}
	return metrics.TagLabel(tags)
}
