package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// TestAccessLog asks for an access log of a stage, without a redeployment, and
// finds a line of its format in the file for each call.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	api := f.NewAPI(t, "logged")
	api.Mock("GET", "/pets/{id}", "pet")
	api.Deploy("live")
	set := func(path, value string) types.PatchOperation {
		return types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &value}
	}
	_, err := f.Client.UpdateStage(t.Context(), &apigateway.UpdateStageInput{
		RestApiId: &api.ID, StageName: aws.String("live"), PatchOperations: []types.PatchOperation{
			set("/accessLogSettings/destinationArn", "arn:aws:logs:us-east-1:000000000000:log-group:access"),
			set("/accessLogSettings/format", "$context.stage $context.httpMethod $context.resourcePath $context.status $context.requestId"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	caller := f.Caller()
	log := filepath.Join(f.DataDir, "access.log")
	fleet.Eventually(t, 30*time.Second, func() error {
		answer := caller.Get(t, api.Host(), "/live/pets/7")
		text, _ := os.ReadFile(log)
		want := "live GET /pets/{id} 200 " + answer.Header.Get("X-Amzn-Requestid")
		// Envoy writes what it has every ten seconds: an earlier call's line will do.
		if !strings.Contains(string(text), want[:strings.LastIndexByte(want, ' ')+1]) {
			return fmt.Errorf("no line like %q in %q", want, text)
		}
		return nil
	})
}
