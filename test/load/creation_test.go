package load_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"golang.org/x/sync/errgroup"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/load"
)

// writers make APIs at once; callsEach is what one takes.
const (
	writers   = 16
	callsEach = 1 + 3*10 + 1
)

// BenchmarkCreate makes APIs of 10 methods a call at a time, as people's tools
// do, and reads among them as they become more.
func BenchmarkCreate(b *testing.B) {
	var rows []load.Creation
	for range b.N {
		rows = nil
		f := fleet.Start(b, fleet.Options{Split: true})
		there := 0
		for _, count := range []int{10, 100, 1000} {
			begun := time.Now()
			id := createAPIs(b, f.Client, there, count)
			row := load.Creation{APIs: count, PerSecond: float64((count-there)*callsEach) / time.Since(begun).Seconds()}
			there = count
			readAmong(b, f.Client, id, &row)
			memory, err := load.Memory(f.PID(b, fleet.ControlPlane))
			if err != nil {
				b.Fatal(err)
			}
			row.Memory = memory
			rows = append(rows, row)
			b.Logf("%+v", row)
		}
		f.Stop(b)
	}
	report(b, "create", load.CreationTable(rows), "docs", "performance.md")
}

// createAPIs makes those from one number up to another, and gives the id of one.
func createAPIs(b *testing.B, client *apigateway.Client, from, to int) string {
	b.Helper()
	ids := make([]string, to-from)
	group, ctx := errgroup.WithContext(b.Context())
	group.SetLimit(writers)
	for i := range ids {
		group.Go(func() error {
			var err error
			ids[i], err = createAPI(ctx, client, fmt.Sprintf("created-%d", from+i))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return ids[len(ids)/2]
}

func createAPI(ctx context.Context, client *apigateway.Client, name string) (string, error) {
	made, err := client.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: &name})
	if err != nil {
		return "", err
	}
	for i := range 10 {
		if err := createMethod(ctx, client, made, fmt.Sprintf("m%d", i)); err != nil {
			return "", err
		}
	}
	_, err = client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: made.Id, StageName: aws.String("live")})
	return *made.Id, err
}

func createMethod(ctx context.Context, client *apigateway.Client, api *apigateway.CreateRestApiOutput, part string) error {
	get := "GET"
	resource, err := client.CreateResource(ctx, &apigateway.CreateResourceInput{
		RestApiId: api.Id, ParentId: api.RootResourceId, PathPart: &part,
	})
	if err != nil {
		return err
	}
	_, err = client.PutMethod(ctx, &apigateway.PutMethodInput{
		RestApiId: api.Id, ResourceId: resource.Id, HttpMethod: &get, AuthorizationType: aws.String("NONE"),
	})
	if err != nil {
		return err
	}
	_, err = client.PutIntegration(ctx, &apigateway.PutIntegrationInput{
		RestApiId: api.Id, ResourceId: resource.Id, HttpMethod: &get, Type: types.IntegrationTypeHttpProxy,
		IntegrationHttpMethod: &get, Uri: aws.String("http://127.0.0.1:1/" + part),
	})
	return err
}

// readAmong measures reads of one API and of a page of all.
func readAmong(b *testing.B, client *apigateway.Client, id string, row *load.Creation) {
	b.Helper()
	ctx := b.Context()
	row.Get = typical(b, func() error {
		_, err := client.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &id})
		return err
	})
	row.List = typical(b, func() error {
		_, err := client.GetRestApis(ctx, &apigateway.GetRestApisInput{Limit: aws.Int32(25)})
		return err
	})
	row.Resources = typical(b, func() error {
		_, err := client.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: &id})
		return err
	})
}

// typical is the median of 101 calls.
func typical(b *testing.B, call func() error) time.Duration {
	b.Helper()
	took := make([]time.Duration, 101)
	for i := range took {
		begun := time.Now()
		if err := call(); err != nil {
			b.Fatal(err)
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[len(took)/2]
}
