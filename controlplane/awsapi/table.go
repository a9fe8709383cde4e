package awsapi

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/acm"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigatewaymanagementapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigatewayv2"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/sts"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Operations lists every operation of the services that the control API speaks.
func Operations() []wire.Operation {
	return slices.Concat(
		apigateway.Operations(), apigatewayv2.Operations(), apigatewaymanagementapi.Operations(),
		iam.Operations(), sts.Operations(), acm.Operations(),
	)
}

// Unbuilt lists API Gateway's own operations (apigateway, apigatewayv2,
// apigatewaymanagementapi: 230) that the handlers do not answer, as
// "service:Name" in the tables' order.
func Unbuilt(handlers []Handler) []string {
	built := map[string]bool{}
	for _, handler := range handlers {
		built[handler.operation.Service+":"+handler.operation.Name] = true
	}
	var left []string
	for _, operation := range slices.Concat(apigateway.Operations(), apigatewayv2.Operations(), apigatewaymanagementapi.Operations()) {
		if name := operation.Service + ":" + operation.Name; !built[name] {
			left = append(left, name)
		}
	}
	return left
}

// table finds operations: those of rest-json by path, others by their name.
type table struct {
	paths *tree
	// actions are the query protocol's operations by signing name, version and
	// action; targets the json protocol's by signing name and target.
	actions, targets map[[3]string]*entry
	// protocols gives a signing name's protocol, for errors before an operation is
	// known.
	protocols map[string]string
}

// newTable joins the operations with their handlers.
func newTable(operations []wire.Operation, handlers []Handler) (*table, error) {
	made := &table{
		paths: &tree{}, actions: map[[3]string]*entry{}, targets: map[[3]string]*entry{}, protocols: map[string]string{},
	}
	byName := map[[2]string]*entry{}
	for _, operation := range operations {
		one := &entry{operation: operation}
		byName[[2]string{operation.Service, operation.Name}] = one
		made.protocols[operation.Signing] = operation.Protocol
		switch operation.Protocol {
		case "query":
			made.actions[[3]string{operation.Signing, operation.Version, operation.Name}] = one
		case "json":
			made.targets[[3]string{operation.Signing, operation.Target}] = one
		default:
			made.paths.add(one)
		}
	}
	for _, handler := range handlers {
		one := byName[[2]string{handler.operation.Service, handler.operation.Name}]
		switch {
		case one == nil:
			return nil, fmt.Errorf("handler for %s.%s, which no table has", handler.operation.Service, handler.operation.Name)
		case one.call != nil:
			return nil, fmt.Errorf("two handlers for %s.%s", handler.operation.Service, handler.operation.Name)
		}
		one.call = &handler
	}
	return made, nil
}

// find gives the operation that a request asks for, or UnknownOperationException.
func (t *table) find(signing, method, path string, request *wire.Request) (*entry, error) {
	switch t.protocols[signing] {
	case "query":
		if method != http.MethodPost && method != http.MethodGet {
			return nil, awserror.NewUnknownOperation()
		}
		form, err := wire.Form(request)
		if err != nil {
			return nil, err
		}
		return known(t.actions[[3]string{signing, form.Get("Version"), form.Get("Action")}])
	case "json":
		if method != http.MethodPost {
			return nil, awserror.NewUnknownOperation()
		}
		return known(t.targets[[3]string{signing, request.Header.Get("X-Amz-Target")}])
	default:
		found, labels, err := t.paths.find(signing, method, path, request.Query)
		request.Labels = labels
		return found, err
	}
}

func known(found *entry) (*entry, error) {
	if found == nil {
		return nil, awserror.NewUnknownOperation()
	}
	return found, nil
}
