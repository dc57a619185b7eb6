package kubernetes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// watch follows the Pods of a launch until its end is called.
func (l *launch) watch() {
	p := l.provider
	ctx, stop := context.WithCancel(p.quiet())
	l.stop = stop
	selector := podsOf(l.job.Name)
	_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				o.LabelSelector = selector
				return p.client.pods.List(ctx, o)
			},
			WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				o.LabelSelector = selector
				return p.client.pods.Watch(ctx, o)
			},
		},
		ObjectType: &corev1.Pod{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { l.saw(ctx, o, false) },
			UpdateFunc: func(_, o any) { l.saw(ctx, o, false) },
			DeleteFunc: func(o any) { l.saw(ctx, o, true) },
		},
	})
	l.watching.Go(func() { informer.RunWithContext(ctx) })
}

// saw takes a Pod from the informer, which may know only that one is gone, and how it was before.
func (l *launch) saw(ctx context.Context, o any, gone bool) {
	if unknown, ok := o.(cache.DeletedFinalStateUnknown); ok {
		o = unknown.Obj
	}
	if pod, ok := o.(*corev1.Pod); ok {
		l.see(ctx, pod, gone)
	}
}
