package accountwide

import (
	"context"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func (a *API) vpcLinkHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateVpcLink(), a.createVpcLink),
		awsapi.Handle(apigateway.GetVpcLink(), a.getVpcLink),
		awsapi.Handle(apigateway.GetVpcLinks(), a.getVpcLinks),
		awsapi.Handle(apigateway.UpdateVpcLink(), a.updateVpcLink),
		awsapi.Handle(apigateway.DeleteVpcLink(), a.deleteVpcLink),
	}
}

// createVpcLink answers that the link is on its way, as AWS does; the next call
// finds it ready.
func (a *API) createVpcLink(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateVpcLinkRequest) (*apigateway.VpcLink, error) {
	link, err := account.NewVpcLink(account.VpcLink{
		Name: wire.Value(in.Name), Description: wire.Value(in.Description), TargetARNs: in.TargetArns, Tags: in.Tags,
	}, a.ids.ID(shortID))
	if err != nil {
		return nil, err
	}
	if err := a.store.VpcLinks().Create(ctx, scope(caller), link.ID, link); err != nil {
		return nil, fmt.Errorf("VPC link: %w", err)
	}
	made := show.VpcLink(link)
	made.Status, made.StatusMessage = new(apigateway.VpcLinkStatusPENDING), nil
	return &made, nil
}

func (a *API) getVpcLink(ctx context.Context, caller awsapi.Caller, in *apigateway.GetVpcLinkRequest) (*apigateway.VpcLink, error) {
	link, err := a.store.VpcLinks().Get(ctx, scope(caller), in.VpcLinkId)
	if err != nil {
		return nil, failed(err, account.VpcLinkNotFound(), "VPC link", in.VpcLinkId)
	}
	return new(show.VpcLink(link)), nil
}

func (a *API) getVpcLinks(ctx context.Context, caller awsapi.Caller, in *apigateway.GetVpcLinksRequest) (*apigateway.VpcLinks, error) {
	all, err := a.store.VpcLinks().List(ctx, scope(caller), "")
	if err != nil {
		return nil, fmt.Errorf("VPC links: %w", err)
	}
	found, next, err := page.Of(all, in.Position, in.Limit, func(one *account.VpcLink) string { return one.ID })
	if err != nil {
		return nil, err
	}
	return &apigateway.VpcLinks{Items: show.All(found, show.VpcLink), Position: next}, nil
}

func (a *API) updateVpcLink(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateVpcLinkRequest) (*apigateway.VpcLink, error) {
	var made apigateway.VpcLink
	err := a.store.VpcLinks().Change(ctx, scope(caller), in.VpcLinkId, func(link *account.VpcLink) error {
		err := update.VpcLink(link, Operations(in.PatchOperations))
		made = show.VpcLink(link)
		return err
	})
	if err != nil {
		return nil, failed(err, account.VpcLinkNotFound(), "VPC link", in.VpcLinkId)
	}
	return &made, nil
}

// deleteVpcLink refuses a link that an integration of any API goes through.
func (a *API) deleteVpcLink(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteVpcLinkRequest) (*wire.Empty, error) {
	if _, err := a.store.VpcLinks().Get(ctx, scope(caller), in.VpcLinkId); err != nil {
		return nil, failed(err, account.VpcLinkNotFound(), "VPC link", in.VpcLinkId)
	}
	apis, err := a.store.APIs(ctx, scope(caller), "", 0)
	if err != nil {
		return nil, fmt.Errorf("APIs: %w", err)
	}
	for _, found := range apis {
		api, err := a.store.API(ctx, store.Ref{Scope: scope(caller), ID: found.ID})
		if err != nil {
			return nil, fmt.Errorf("API %s: %w", found.ID, err)
		}
		for resource, method := range api.Methods() {
			if method.Integration != nil && method.Integration.ConnectionID == in.VpcLinkId {
				return nil, account.VpcLinkUsed(in.VpcLinkId, method.HTTPMethod, resource.ID)
			}
		}
	}
	err = a.store.VpcLinks().Delete(ctx, scope(caller), in.VpcLinkId)
	return nil, failed(err, account.VpcLinkNotFound(), "VPC link", in.VpcLinkId)
}
