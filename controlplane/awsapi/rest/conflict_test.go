package rest_test

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// rival is a source of ids that changes an API whenever an id is made, so that
// whoever makes one inside a change always loses.
type rival struct {
	armed  chan store.Ref
	stores *store.Store
}

// Read implements io.Reader.
func (r rival) Read(p []byte) (int, error) {
	select {
	case ref := <-r.armed:
		err := r.stores.Update(context.Background(), ref.Scope, func(tx *store.Tx) error {
			api, err := tx.API(ref.ID)
			if err != nil {
				return err
			}
			api.RestAPI.Description += "."
			return nil
		})
		r.armed <- ref
		if err != nil {
			return 0, err
		}
	default:
	}
	return io.ReadFull(rand.Reader, p)
}

// recorded keeps an answer as it came.
type recorded struct {
	status int
	kind   string
	body   string
}

// RoundTrip implements http.RoundTripper.
func (r *recorded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	r.status, r.kind, r.body = response.StatusCode, response.Header.Get("X-Amzn-Errortype"), string(text)
	response.Body = io.NopCloser(strings.NewReader(r.body))
	return response, err
}

// TestLoserSeesConflict makes a caller lose every race for an API: the answer is
// AWS's.
func TestLoserSeesConflict(t *testing.T) {
	t.Parallel()
	opened := opened(t)
	random := rival{armed: make(chan store.Ref, 1), stores: opened}
	handlers := rest.New(rest.Config{Store: opened, Now: time.Now, Random: random}).Handlers()
	address := serve(t, awsapi.Config{Handlers: handlers, Identities: people{}, Now: time.Now, Random: rand.Reader})
	seen := &recorded{}
	client := apigateway.New(apigateway.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + address), RetryMaxAttempts: 1, HTTPClient: &http.Client{Transport: seen},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDROOT", SecretAccessKey: testSecret}, nil
		}),
	})
	made, err := client.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("raced")})
	if err != nil {
		t.Fatal(err)
	}
	ref := store.Ref{Scope: store.Scope{Account: "000000000000", Region: "us-east-1"}, ID: *made.Id}
	random.armed <- ref
	_, err = client.CreateResource(t.Context(), &apigateway.CreateResourceInput{
		RestApiId: made.Id, ParentId: made.RootResourceId, PathPart: aws.String("lost"),
	})
	if err == nil {
		t.Fatal("the loser was told that it won")
	}
	const want = `"Unable to complete operation due to concurrent modification. Please try again later."`
	if seen.status != http.StatusConflict || !strings.HasPrefix(seen.kind, "ConflictException") || !strings.Contains(seen.body, want) {
		t.Errorf("the loser saw %d %s %s", seen.status, seen.kind, seen.body)
	}
	api, err := opened.API(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if len(api.Resources) != 1 {
		t.Errorf("something of the loser's is there: %+v", api.Resources)
	}
}
