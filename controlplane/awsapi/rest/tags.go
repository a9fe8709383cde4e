package rest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) tagHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.TagResource(), a.tagResource),
		awsapi.Handle(apigateway.UntagResource(), a.untagResource),
		awsapi.Handle(apigateway.GetTags(), a.getTags),
	}
}

// maxTags is how many tags AWS lets a noun have.
const maxTags = 50

// tagged changes the tags of what an ARN names and gives what there are then.
func (a *API) tagged(ctx context.Context, caller awsapi.Caller, arn string, fn func(tags map[string]string) error) (map[string]string, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" || !strings.HasPrefix(parts[5], "/") {
		return nil, awserror.BadRequestf("Invalid ARN specified in the request: %s", arn)
	}
	var left map[string]string
	change := func(tags *map[string]string) error {
		changed := maps.Clone(*tags)
		if changed == nil {
			changed = map[string]string{}
		}
		if err := fn(changed); err != nil {
			return err
		}
		left = changed
		if len(changed) > 0 || len(*tags) > 0 {
			*tags = changed
		}
		return nil
	}
	missing := awserror.NewNotFound("Invalid resource identifier specified")
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		err := a.tagsOf(tx, caller, strings.Split(parts[5][1:], "/"), arn, change)
		if errors.Is(err, store.ErrNotFound) {
			return missing
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tags of %s: %w", arn, err)
	}
	return left, nil
}

// tagsOf changes the tags of the noun that an ARN's path names.
func (a *API) tagsOf(tx *store.Tx, caller awsapi.Caller, path []string, arn string, change func(*map[string]string) error) error {
	rest := strings.Join(path[1:], "/")
	switch path[0] {
	case "restapis":
		return tagsOfAPI(tx, caller, path, change)
	case "usageplans":
		return tagsOfOne(a.store.UsagePlans().In(tx), rest, func(one *account.UsagePlan) error { return change(&one.Tags) })
	case "apikeys":
		return tagsOfOne(a.store.APIKeys().In(tx), rest, func(one *account.APIKey) error { return change(&one.Tags) })
	case "vpclinks":
		return tagsOfOne(a.store.VpcLinks().In(tx), rest, func(one *account.VpcLink) error { return change(&one.Tags) })
	case "clientcertificates":
		return tagsOfOne(a.store.ClientCertificates().In(tx), rest, func(one *account.ClientCertificate) error { return change(&one.Tags) })
	case "domainnames":
		return tagsOfOne(a.store.DomainNames().In(tx), rest, func(one *account.DomainName) error { return change(&one.Tags) })
	case "domainnameaccessassociations":
		return tagsOfOne(a.store.AccessAssociations().In(tx), arn, func(one *account.AccessAssociation) error { return change(&one.Tags) })
	default:
		return store.ErrNotFound
	}
}

func tagsOfAPI(tx *store.Tx, caller awsapi.Caller, path []string, change func(*map[string]string) error) error {
	if len(path) != 2 && (len(path) != 4 || path[2] != "stages") {
		return store.ErrNotFound
	}
	api, err := tx.API(path[1])
	if errors.Is(err, store.ErrNotFound) {
		return definition.APINotFound(caller.Account, path[1])
	}
	if err != nil {
		return err
	}
	if len(path) == 2 {
		return change(&api.RestAPI.Tags)
	}
	stage, err := api.FindStage(path[3])
	if err != nil {
		return err
	}
	return change(&stage.Tags)
}

func tagsOfOne[T any](nouns store.Part[T], id string, change func(*T) error) error {
	one, err := nouns.Get(id)
	if err != nil {
		return err
	}
	if err := change(one); err != nil {
		return err
	}
	return nouns.Put(id, one)
}

func (a *API) tagResource(ctx context.Context, caller awsapi.Caller, in *apigateway.TagResourceRequest) (*wire.Empty, error) {
	_, err := a.tagged(ctx, caller, in.ResourceArn, func(tags map[string]string) error {
		maps.Copy(tags, in.Tags)
		if len(tags) > maxTags {
			return awserror.BadRequestf("The number of tags must not exceed %d", maxTags)
		}
		return nil
	})
	return nil, err
}

func (a *API) untagResource(ctx context.Context, caller awsapi.Caller, in *apigateway.UntagResourceRequest) (*wire.Empty, error) {
	_, err := a.tagged(ctx, caller, in.ResourceArn, func(tags map[string]string) error {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
		return nil
	})
	return nil, err
}

func (a *API) getTags(ctx context.Context, caller awsapi.Caller, in *apigateway.GetTagsRequest) (*apigateway.Tags, error) {
	tags, err := a.tagged(ctx, caller, in.ResourceArn, func(map[string]string) error { return nil })
	if err != nil {
		return nil, err
	}
	return &apigateway.Tags{Tags: tags}, nil
}
