// Command canary starts Sluice with the first release of an API, and prints the
// AWS CLI's commands that try the second on one call in ten, promote it, and roll
// it back. The releases are the documents beside this file. It is an example, not
// a part of the product.
package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/examples/stage"
)

func main() { stage.Main("canary", play) }

func play(ctx context.Context, s *stage.Stage) error {
	old, err := s.Serve(ctx, backend("old"))
	if err != nil {
		return err
	}
	next, err := s.Serve(ctx, backend("new"))
	if err != nil {
		return err
	}
	if err := s.Open(ctx); err != nil {
		return err
	}
	// A stage that an earlier run left half way is not continued.
	if err := s.Forget(ctx); err != nil {
		return err
	}
	api, err := s.Import(ctx, "examples/canary/one.yaml", "--stage", "prod")
	if err != nil {
		return err
	}
	first, err := release(ctx, s, api, old)
	if err != nil {
		return err
	}
	// The second release is there, and deployed nowhere yet.
	if _, err := s.Import(ctx, "examples/canary/two.yaml", "--api-id", api); err != nil {
		return err
	}
	url := s.URL(api, "prod")
	count := "  for i in $(seq 200); do curl -s " + url + "/price; echo; done | sort | uniq -c"
	update := "  aws apigateway update-stage --rest-api-id " + api + " --stage-name prod --patch-operations "
	s.Print("",
		"Stage prod serves the first release; the second is imported and deployed nowhere yet. Try:", "",
		"  "+s.Env(),
		count, "",
		"The second release for one call in ten, with a backend of its own:", "",
		"  aws apigateway create-deployment --rest-api-id "+api+" --stage-name prod"+
			" --canary-settings 'percentTraffic=10,stageVariableOverrides={backend="+next+"}'",
		count,
		"  for i in $(seq 200); do curl -s "+url+"/stock; done | sort | uniq -c", "",
		"It is good: promote it, with its backend, and end the canary:", "",
		update+"op=copy,from=/canarySettings/deploymentId,path=/deploymentId"+
			" op=copy,from=/canarySettings/stageVariableOverrides,path=/variables op=remove,path=/canarySettings",
		count, "",
		"It is not, after all: roll back to the first deployment, and to its backend:", "",
		update+"op=replace,path=/deploymentId,value="+first+" op=replace,path=/variables/backend,value="+old,
		count,
	)
	return nil
}

// backend serves a stock that says whose it is.
func backend(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "the %s backend's stock\n", name)
	})
}

// release gives the stage its backend and tells which deployment it serves.
func release(ctx context.Context, s *stage.Stage, api, backend string) (deployment string, err error) {
	client, err := s.Client(ctx)
	if err != nil {
		return "", err
	}
	updated, err := client.UpdateStage(ctx, &apigateway.UpdateStageInput{
		RestApiId: &api, StageName: aws.String("prod"),
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/variables/backend"), Value: &backend}},
	})
	if err != nil {
		return "", fmt.Errorf("give the stage its backend: %w", err)
	}
	return *updated.DeploymentId, nil
}
