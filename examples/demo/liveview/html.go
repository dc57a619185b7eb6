package liveview

// writeHTML appends the markup of a tree. component resolves the components in it.
func writeHTML(b []byte, n *Node, component func(cid int) *Node) []byte {
	for i := range n.dyn {
		b = append(b, n.tmpl.statics[i]...)
		switch sub := n.dyn[i].sub.(type) {
		case *Node:
			b = writeHTML(b, sub, component)
		case *List:
			for _, e := range sub.entries {
				b = writeHTML(b, e.Node, component)
			}
		case componentRef:
			b = writeHTML(b, component(int(sub)), component)
		default:
			b = append(b, n.dyn[i].text...)
		}
	}
	return append(b, n.tmpl.statics[len(n.dyn)]...)
}
