package aws

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
)

// A quota bounds the vCPUs of Fargate that an account has at once in a region.
type quota struct{ code, name string }

var (
	onDemandQuota = quota{"L-3032A538", "Fargate On-Demand vCPU resource count"}
	spotQuota     = quota{"L-36FBB829", "Fargate Spot vCPU resource count"}
)

// Check implements providers.Checker: the cluster is there and has what the options need, and the quota suffices.
func (p *Provider) Check(ctx context.Context, n int) error {
	if err := p.settings.missing(); err != nil {
		return err
	}
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	if err := c.checkCluster(ctx, p.settings); err != nil {
		return err
	}
	return p.checkQuota(ctx, c, n)
}

func (c *cloud) checkCluster(ctx context.Context, s settings) error {
	out, err := c.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{Clusters: []string{s.Cluster}})
	if err != nil {
		return c.explain(ctx, "look at the cluster "+s.Cluster, err)
	}
	if len(out.Clusters) == 0 || value(out.Clusters[0].Status) != "ACTIVE" {
		return fmt.Errorf("there is no cluster %s in %s: name another one with --cluster-opt cluster=NAME, or make it with `aws ecs create-cluster --cluster-name %s`",
			s.Cluster, c.region, s.Cluster)
	}
	if s.Spot == "no" {
		return nil
	}
	for _, provider := range out.Clusters[0].CapacityProviders {
		if provider == spotProvider {
			return nil
		}
	}
	return fmt.Errorf("the cluster %s has no %s%s", s.Cluster, spotProvider, spotHint)
}

// checkQuota compares what n machines need with what the account may have. Machines elsewhere than in the cluster are not
// seen, so that a launch can still find too little.
func (p *Provider) checkQuota(ctx context.Context, c *cloud, n int) error {
	bound, spot := onDemandQuota, p.settings.Spot != "no"
	if spot {
		bound = spotQuota
	}
	out, err := c.quotas.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: new("fargate"), QuotaCode: &bound.code})
	if isCode(err, "NoSuchResourceException") {
		p.home.Log.Debug("AWS does not say the quota of Fargate", "quota", bound.code)
		return nil
	}
	if err != nil {
		return c.explain(ctx, "read the quota of Fargate", err)
	}
	used, err := c.used(ctx, p.settings.Cluster, spot)
	if err != nil {
		return err
	}
	need, may := float64(n*p.settings.size.cpu)/1024, value(out.Quota.Value)
	if need+used <= may {
		return nil
	}
	inUse := ""
	if used > 0 {
		inUse = fmt.Sprintf(", of which tasks of the cluster %s use %g", p.settings.Cluster, used)
	}
	return fmt.Errorf("%s with %s vCPU need %g vCPU, but this account may have %g in %s%s (quota %s, %s): take fewer or smaller machines, or ask for more with `aws service-quotas request-service-quota-increase --service-code fargate --quota-code %s --desired-value %d`",
		count(n, "machine", "machines"), p.settings.size.cores(), need, may, c.region, inUse, bound.code, bound.name, bound.code, int(need+used+1))
}

// used counts the vCPUs that tasks of a cluster use.
func (c *cloud) used(ctx context.Context, cluster string, spot bool) (vcpus float64, err error) {
	arns, err := c.list(ctx, &ecs.ListTasksInput{Cluster: &cluster, LaunchType: types.LaunchTypeFargate})
	if err != nil {
		return 0, err
	}
	tasks, err := c.describe(ctx, cluster, arns)
	for _, t := range tasks {
		if units, err := strconv.ParseFloat(value(t.Cpu), 64); err == nil && (value(t.CapacityProviderName) == spotProvider) == spot {
			vcpus += units / 1024
		}
	}
	return vcpus, err
}
