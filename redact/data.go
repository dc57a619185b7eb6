package redact

// Value returns a copy of plain data, as it is read from JSON, without secrets.
func (r *Redactor) Value(v any) any {
	switch v := v.(type) {
	case string:
		return r.Text(v)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = r.Value(one)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, one := range v {
			if IsSecret(name) && one != nil && one != "" {
				out[name] = Hidden
			} else {
				out[r.Known(name)] = r.Value(one)
			}
		}
		return out
	}
	return v
}
