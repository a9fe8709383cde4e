package update

import (
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// settingsPaths are UpdateAccount's.
func settingsPaths() patch.Table[account.Settings] {
	type noun = account.Settings
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Optional("/cloudwatchRoleArn", func(s *noun) *string { return &s.CloudwatchRoleARN }),
		patch.Members("/features", func(s *noun) *[]string { return &s.Features }),
	}}
}

// Account is UpdateAccount.
func Account(settings *account.Settings, operations []patch.Operation) error {
	if err := settingsPaths().Apply(settings, operations); err != nil {
		return err
	}
	if !slices.Contains(settings.Features, account.UsagePlansFeature) {
		return awserror.NewBadRequest("Usage Plans cannot be disabled once enabled")
	}
	return settings.Check()
}

// certificatePaths are UpdateClientCertificate's.
func certificatePaths() patch.Table[account.ClientCertificate] {
	type noun = account.ClientCertificate
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/description", func(c *noun) *string { return &c.Description }),
	}}
}

// ClientCertificate is UpdateClientCertificate.
func ClientCertificate(certificate *account.ClientCertificate, operations []patch.Operation) error {
	return certificatePaths().Apply(certificate, operations)
}

// vpcLinkPaths are UpdateVpcLink's.
func vpcLinkPaths() patch.Table[account.VpcLink] {
	type noun = account.VpcLink
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/name", func(l *noun) *string { return &l.Name }),
		patch.Text("/description", func(l *noun) *string { return &l.Description }),
	}}
}

// VpcLink is UpdateVpcLink.
func VpcLink(link *account.VpcLink, operations []patch.Operation) error {
	if err := vpcLinkPaths().Apply(link, operations); err != nil {
		return err
	}
	return link.Check()
}

// remaining is what UpdateUsage sets.
type remaining struct{ count int64 }

// usagePaths are UpdateUsage's.
func usagePaths() patch.Table[remaining] {
	return patch.Table[remaining]{Refuse: patch.Listed, Paths: []patch.Path[remaining]{
		{Pattern: "/remaining", Replace: func(r *remaining, at patch.At) error {
			count, err := account.ParseRemaining(at.Text())
			r.count = count
			return err
		}},
	}}
}

// Usage is UpdateUsage: how many calls are left, which is before so many when no
// operation says.
func Usage(before int64, operations []patch.Operation) (int64, error) {
	target := remaining{before}
	err := usagePaths().Apply(&target, operations)
	return target.count, err
}
