package fleet

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"golang.org/x/sync/errgroup"
)

// Document is an OpenAPI document of an API with n methods, each a mock that
// answers with body: GET /m0, /m1 and so on.
func Document(title, body string, n int) []byte {
	var paths []string
	for i := range n {
		paths = append(paths, fmt.Sprintf(`"/m%d":{"get":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{
"type":"mock","requestTemplates":{"application/json":"{\"statusCode\": 200}"},
"responses":{"default":{"statusCode":"200","responseTemplates":{"application/json":%q}}}}}}`, i, body))
	}
	return fmt.Appendf(nil, `{"openapi":"3.0.1","info":{"title":%q,"version":"1"},"paths":{%s}}`, title, strings.Join(paths, ","))
}

// Many makes count APIs of n methods each, deployed to stage "live", several at
// a time. Each answers with its own id.
func (f *Fleet) Many(tb testing.TB, count, n int) []*API {
	tb.Helper()
	made := make([]*API, count)
	group, ctx := errgroup.WithContext(tb.Context())
	group.SetLimit(16)
	for i := range count {
		group.Go(func() error {
			one, err := f.imported(ctx, fmt.Sprintf("many-%d", i), n)
			if err != nil {
				return err
			}
			one.tb = tb
			made[i] = one
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		tb.Fatal(err)
	}
	return made
}

func (f *Fleet) imported(ctx context.Context, name string, n int) (*API, error) {
	imported, err := f.Client.ImportRestApi(ctx, &apigateway.ImportRestApiInput{Body: Document(name, name, n)})
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", name, err)
	}
	stage := "live"
	_, err = f.Client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: imported.Id, StageName: &stage})
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", name, err)
	}
	listed, err := f.Client.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: imported.Id})
	if err != nil {
		return nil, fmt.Errorf("resources of %s: %w", name, err)
	}
	one := &API{ID: *imported.Id, client: f.Client, ids: map[string]string{}}
	for _, resource := range listed.Items {
		one.ids[*resource.Path] = *resource.Id
	}
	return one, nil
}
