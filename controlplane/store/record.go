package store

import (
	"encoding/json"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// families are the nouns of an API that are read with it; contents are read
// alone.
func families() []Noun {
	return []Noun{
		Resources, Models, RequestValidators, Authorizers, GatewayResponses,
		DocumentationParts, DocumentationVersions, Deployments, Stages,
	}
}

// encode gives the values of an API by their keys.
func encode(ref Ref, api *definition.API) (map[string][]byte, error) {
	values := map[string][]byte{}
	own, err := json.Marshal(&api.RestAPI)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	values[ref.own()] = own
	for _, err := range []error{
		encodeAll(values, ref.prefix(Resources), api.Resources),
		encodeAll(values, ref.prefix(Models), api.Models),
		encodeAll(values, ref.prefix(RequestValidators), api.RequestValidators),
		encodeAll(values, ref.prefix(Authorizers), api.Authorizers),
		encodeAll(values, ref.prefix(GatewayResponses), api.GatewayResponses),
		encodeAll(values, ref.prefix(DocumentationParts), api.DocumentationParts),
		encodeAll(values, ref.prefix(DocumentationVersions), api.DocumentationVersions),
		encodeAll(values, ref.prefix(Deployments), api.Deployments),
		encodeAll(values, ref.prefix(Stages), api.Stages),
	} {
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

func encodeAll[T any](into map[string][]byte, prefix string, nouns map[string]*T) error {
	for id, noun := range nouns {
		if id == "" || noun == nil {
			return fmt.Errorf("store: %s%q cannot be stored", prefix, id)
		}
		value, err := json.Marshal(noun)
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		into[prefix+id] = value
	}
	return nil
}

// newAPI is an API whose maps can be written to.
func newAPI() *definition.API {
	return &definition.API{
		Resources: map[string]*definition.Resource{}, Models: map[string]*definition.Model{},
		RequestValidators: map[string]*definition.RequestValidator{}, Authorizers: map[string]*definition.Authorizer{},
		GatewayResponses: map[string]*definition.GatewayResponse{}, DocumentationParts: map[string]*definition.DocumentationPart{},
		DocumentationVersions: map[string]*definition.DocumentationVersion{}, Deployments: map[string]*definition.Deployment{},
		Stages: map[string]*definition.Stage{},
	}
}

// decode puts one value into its place.
func decode(api *definition.API, key string, value []byte) error {
	at, ok := parseKey(key)
	if !ok {
		return fmt.Errorf("store: %s is no noun's key", key)
	}
	var err error
	switch at.noun {
	case RestAPIs:
		err = json.Unmarshal(value, &api.RestAPI)
	case Resources:
		err = decodeOne(api.Resources, at.id, value)
	case Models:
		err = decodeOne(api.Models, at.id, value)
	case RequestValidators:
		err = decodeOne(api.RequestValidators, at.id, value)
	case Authorizers:
		err = decodeOne(api.Authorizers, at.id, value)
	case GatewayResponses:
		err = decodeOne(api.GatewayResponses, at.id, value)
	case DocumentationParts:
		err = decodeOne(api.DocumentationParts, at.id, value)
	case DocumentationVersions:
		err = decodeOne(api.DocumentationVersions, at.id, value)
	case Deployments:
		err = decodeOne(api.Deployments, at.id, value)
	case Stages:
		err = decodeOne(api.Stages, at.id, value)
	default:
		err = fmt.Errorf("an API has no %s", at.noun)
	}
	if err != nil {
		return fmt.Errorf("store: %s: %w", key, err)
	}
	return nil
}

func decodeOne[T any](into map[string]*T, id string, value []byte) error {
	noun := new(T)
	if err := json.Unmarshal(value, noun); err != nil {
		return err
	}
	into[id] = noun
	return nil
}
