package apply

import (
	"context"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
)

// wide makes or keeps a noun of the account that is found by the stack's tag.
func (r *run) wide(what, id string, update func() ([]types.PatchOperation, func([]types.PatchOperation) error), create func() (string, error)) (outcome, error) {
	done := outcome{verdict: Create, id: id, what: what}
	if id == "" {
		if r.dry {
			done.id = unknown
			return done, nil
		}
		made, err := create()
		done.id = made
		return done, err
	}
	done.verdict = Keep
	patches, apply := update()
	if len(patches) == 0 {
		return done, nil
	}
	done.verdict = Update
	if r.dry {
		return done, nil
	}
	return done, apply(patches)
}

func (r *run) apiKey(ctx context.Context, one *item) (outcome, error) {
	var there *types.ApiKey
	pages := apigateway.NewGetApiKeysPaginator(r.client, &apigateway.GetApiKeysInput{Limit: page})
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return outcome{}, err
		}
		for _, key := range got.Items {
			if key.Tags[stackTag] == r.mark(one.LogicalID) {
				there = &key
			}
		}
	}
	id := ""
	if there != nil {
		id = *there.Id
	}
	name := r.physical(one, "Name")
	done, err := r.wide(name, id, func() ([]types.PatchOperation, func([]types.PatchOperation) error) {
		var patches patcher
		patches.replace("/name", aws.ToString(there.Name), name)
		if given := one.name("Description"); given != "" {
			patches.replace("/description", aws.ToString(there.Description), given)
		}
		if given := one.name("Enabled"); given != "" {
			patches.replace("/enabled", truth(there.Enabled), given)
		}
		return patches, func(patches []types.PatchOperation) error {
			_, err := r.client.UpdateApiKey(ctx, &apigateway.UpdateApiKeyInput{ApiKey: &id, PatchOperations: patches})
			return err
		}
	}, func() (string, error) {
		input := &apigateway.CreateApiKeyInput{}
		if err := property.Decode(property.Without(one.properties, "Tags", "StageKeys"), input); err != nil {
			return "", err
		}
		input.Name, input.Tags = &name, r.marked(one)
		made, err := r.client.CreateApiKey(ctx, input)
		if err != nil {
			return "", err
		}
		return *made.Id, nil
	})
	done.attributes = map[string]string{"APIKeyId": done.id}
	return done, err
}

// usagePlans lists all plans.
func (r *run) usagePlans(ctx context.Context) ([]types.UsagePlan, error) {
	var all []types.UsagePlan
	pages := apigateway.NewGetUsagePlansPaginator(r.client, &apigateway.GetUsagePlansInput{Limit: page})
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
	}
	return all, nil
}

// usagePlan finds a plan by its name, which is the stack's own when the template
// gives none: lists of plans show no tags.
func (r *run) usagePlan(ctx context.Context, one *item) (outcome, error) {
	name := r.physical(one, "UsagePlanName")
	all, err := r.usagePlans(ctx)
	if err != nil {
		return outcome{}, err
	}
	id, there := "", types.UsagePlan{}
	for _, plan := range all {
		if aws.ToString(plan.Name) == name {
			id, there = *plan.Id, plan
		}
	}
	input := &apigateway.CreateUsagePlanInput{}
	if err := property.Decode(property.Without(one.properties, "Tags"), input); err != nil {
		return outcome{}, err
	}
	input.Name, input.Tags = &name, r.marked(one)
	done, err := r.wide(name, id, func() ([]types.PatchOperation, func([]types.PatchOperation) error) {
		return usagePlanPatches(input, &there), func(patches []types.PatchOperation) error {
			_, err := r.client.UpdateUsagePlan(ctx, &apigateway.UpdateUsagePlanInput{UsagePlanId: &id, PatchOperations: patches})
			return err
		}
	}, func() (string, error) {
		made, err := r.client.CreateUsagePlan(ctx, input)
		if err != nil {
			return "", err
		}
		return *made.Id, nil
	})
	done.attributes = map[string]string{"Id": done.id}
	return done, err
}

func usagePlanPatches(want *apigateway.CreateUsagePlanInput, there *types.UsagePlan) []types.PatchOperation {
	var patches patcher
	if want.Description != nil {
		patches.replace("/description", aws.ToString(there.Description), *want.Description)
	}
	if want.Throttle != nil {
		now := types.ThrottleSettings{}
		if there.Throttle != nil {
			now = *there.Throttle
		}
		patches.replace("/throttle/rateLimit", float(now.RateLimit), float(want.Throttle.RateLimit))
		patches.replace("/throttle/burstLimit", number(now.BurstLimit), number(want.Throttle.BurstLimit))
	}
	if want.Quota != nil {
		now := types.QuotaSettings{}
		if there.Quota != nil {
			now = *there.Quota
		}
		patches.replace("/quota/limit", number(now.Limit), number(want.Quota.Limit))
		patches.replace("/quota/offset", number(now.Offset), number(want.Quota.Offset))
		patches.replace("/quota/period", string(now.Period), string(want.Quota.Period))
	}
	names := func(stages []types.ApiStage) []string {
		var all []string
		for _, stage := range stages {
			all = append(all, aws.ToString(stage.ApiId)+":"+aws.ToString(stage.Stage))
		}
		return all
	}
	wanted, found := names(want.ApiStages), names(there.ApiStages)
	for _, name := range wanted {
		if !slices.Contains(found, name) {
			patches = append(patches, types.PatchOperation{Op: types.OpAdd, Path: aws.String("/apiStages"), Value: aws.String(name)})
		}
	}
	for _, name := range found {
		if !slices.Contains(wanted, name) {
			patches = append(patches, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/apiStages"), Value: aws.String(name)})
		}
	}
	return patches
}

func float(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

func (r *run) usagePlanKey(ctx context.Context, one *item) (outcome, error) {
	plan, key := one.name("UsagePlanId"), one.name("KeyId")
	id := key + ":" + plan
	if !known(plan) || !known(key) {
		return outcome{verdict: Create, id: id}, nil
	}
	_, err := r.client.GetUsagePlanKey(ctx, &apigateway.GetUsagePlanKeyInput{UsagePlanId: &plan, KeyId: &key})
	if err == nil {
		return outcome{verdict: Keep, id: id}, nil
	}
	if !missing(err) || r.dry {
		return outcome{verdict: Create, id: id}, ignore(err, missing)
	}
	_, err = r.client.CreateUsagePlanKey(ctx, &apigateway.CreateUsagePlanKeyInput{UsagePlanId: &plan, KeyId: &key, KeyType: aws.String("API_KEY")})
	return outcome{verdict: Create, id: id}, err
}

func ignore(err error, expected func(error) bool) error {
	if expected(err) {
		return nil
	}
	return err
}

func (r *run) domainName(ctx context.Context, one *item) (outcome, error) {
	name := one.name("DomainName")
	attributes := func(regional, distribution *string) map[string]string {
		return map[string]string{
			"RegionalDomainName": aws.ToString(regional), "DistributionDomainName": aws.ToString(distribution),
			"RegionalHostedZoneId": "Z1UJRXOUMOOFQ8", "DistributionHostedZoneId": "Z2FDTNDATAQYW2",
		}
	}
	there, err := r.client.GetDomainName(ctx, &apigateway.GetDomainNameInput{DomainName: &name})
	if err == nil {
		return outcome{verdict: Keep, id: name, what: name, attributes: attributes(there.RegionalDomainName, there.DistributionDomainName)}, nil
	}
	if !missing(err) {
		return outcome{}, err
	}
	done := outcome{verdict: Create, id: name, what: name, attributes: attributes(nil, nil)}
	if r.dry {
		return done, nil
	}
	input := &apigateway.CreateDomainNameInput{}
	if err := property.Decode(property.Without(one.properties, "Tags"), input); err != nil {
		return outcome{}, err
	}
	input.Tags = r.marked(one)
	made, err := r.client.CreateDomainName(ctx, input)
	if err != nil {
		return outcome{}, err
	}
	done.attributes = attributes(made.RegionalDomainName, made.DistributionDomainName)
	return done, nil
}

func (r *run) basePathMapping(ctx context.Context, one *item) (outcome, error) {
	domain, path, api, stage := one.name("DomainName"), one.name("BasePath"), one.name("RestApiId"), one.name("Stage")
	shown := path
	if shown == "" {
		shown = "(none)"
	}
	done := outcome{verdict: Create, id: domain + "|" + path, what: domain + "/" + path}
	there, err := r.client.GetBasePathMapping(ctx, &apigateway.GetBasePathMappingInput{DomainName: &domain, BasePath: &shown})
	switch {
	case err == nil:
		var patches patcher
		patches.replace("/restapiId", aws.ToString(there.RestApiId), api)
		patches.replace("/stage", aws.ToString(there.Stage), stage)
		done.verdict = Keep
		if len(patches) == 0 {
			return done, nil
		}
		done.verdict = Update
		if r.dry {
			return done, nil
		}
		_, err = r.client.UpdateBasePathMapping(ctx, &apigateway.UpdateBasePathMappingInput{DomainName: &domain, BasePath: &shown, PatchOperations: patches})
		return done, err
	case !missing(err):
		return outcome{}, err
	case r.dry || !known(api):
		return done, nil
	}
	input := &apigateway.CreateBasePathMappingInput{DomainName: &domain, RestApiId: &api}
	if path != "" {
		input.BasePath = &path
	}
	if stage != "" {
		input.Stage = &stage
	}
	_, err = r.client.CreateBasePathMapping(ctx, input)
	return done, err
}

func (r *run) vpcLink(ctx context.Context, one *item) (outcome, error) {
	name := r.physical(one, "Name")
	id := ""
	pages := apigateway.NewGetVpcLinksPaginator(r.client, &apigateway.GetVpcLinksInput{Limit: page})
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return outcome{}, err
		}
		for _, link := range got.Items {
			if aws.ToString(link.Name) == name {
				id = *link.Id
			}
		}
	}
	return r.wide(name, id, func() ([]types.PatchOperation, func([]types.PatchOperation) error) { return nil, nil }, func() (string, error) {
		input := &apigateway.CreateVpcLinkInput{}
		if err := property.Decode(property.Without(one.properties, "Tags"), input); err != nil {
			return "", err
		}
		input.Name, input.Tags = &name, r.marked(one)
		made, err := r.client.CreateVpcLink(ctx, input)
		if err != nil {
			return "", err
		}
		return *made.Id, nil
	})
}

func (r *run) clientCertificate(ctx context.Context, one *item) (outcome, error) {
	id := ""
	pages := apigateway.NewGetClientCertificatesPaginator(r.client, &apigateway.GetClientCertificatesInput{Limit: page})
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return outcome{}, err
		}
		for _, certificate := range got.Items {
			if certificate.Tags[stackTag] == r.mark(one.LogicalID) {
				id = *certificate.ClientCertificateId
			}
		}
	}
	return r.wide("", id, func() ([]types.PatchOperation, func([]types.PatchOperation) error) { return nil, nil }, func() (string, error) {
		made, err := r.client.GenerateClientCertificate(ctx, &apigateway.GenerateClientCertificateInput{
			Description: aws.String(one.name("Description")), Tags: r.marked(one),
		})
		if err != nil {
			return "", err
		}
		return *made.ClientCertificateId, nil
	})
}

// account sets the account's role for logs. It is one for all APIs: a template with
// several of them, as CDK makes, is content with any.
func (r *run) account(ctx context.Context, one *item) (outcome, error) {
	role := one.name("CloudWatchRoleArn")
	done := outcome{verdict: Keep, id: r.options.StackName + "-" + one.LogicalID}
	there, err := r.client.GetAccount(ctx, &apigateway.GetAccountInput{})
	if err != nil || role == "" || slices.Contains(r.accountRoles(), aws.ToString(there.CloudwatchRoleArn)) {
		return done, err
	}
	done.verdict = Update
	if r.dry {
		return done, nil
	}
	_, err = r.client.UpdateAccount(ctx, &apigateway.UpdateAccountInput{
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/cloudwatchRoleArn"), Value: &role}},
	})
	return done, err
}

// accountRoles are the roles that the template's Account resources name, as far as
// they are known already.
func (r *run) accountRoles() []string {
	var all []string
	for _, one := range r.template.Resources {
		if one.Type != "AWS::ApiGateway::Account" {
			continue
		}
		if properties, err := r.template.Resolve(one.Properties, r.env); err == nil {
			all = append(all, property.Scalar(properties.Get("CloudWatchRoleArn")))
		}
	}
	return all
}
