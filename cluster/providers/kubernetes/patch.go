package kubernetes

import (
	"encoding/json"
	"errors"
	"fmt"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"
)

// patch returns the Job with what the person's patches change. What is no part of a Job is refused.
func (s settings) patch(job *batchv1.Job) (*batchv1.Job, error) {
	if s.strategic == nil && s.mergeJSON == nil {
		return job, nil
	}
	text, err := json.Marshal(job)
	if err != nil {
		return nil, fmt.Errorf("pack the Job: %w", err)
	}
	if s.strategic != nil {
		if text, err = strategicpatch.StrategicMergePatch(text, s.strategic, batchv1.Job{}); err != nil {
			return nil, fmt.Errorf("apply --cluster-opt patch: %w", err)
		}
	}
	if s.mergeJSON != nil {
		if text, err = jsonpatch.MergePatch(text, s.mergeJSON); err != nil {
			return nil, fmt.Errorf("apply --cluster-opt merge-patch: %w", err)
		}
	}
	patched := &batchv1.Job{}
	if err := yaml.UnmarshalStrict(text, patched); err != nil {
		return nil, fmt.Errorf("the patches of --cluster-opt leave no Job: %w", err)
	}
	if *orZero(patched.Spec.Completions) != *job.Spec.Completions || *orZero(patched.Spec.Parallelism) != *job.Spec.Parallelism {
		return nil, errors.New("the patches of --cluster-opt change how many machines a Job has: --nodes says that")
	}
	return patched, nil
}

func orZero(n *int32) *int32 {
	if n == nil {
		return new(int32)
	}
	return n
}
