package accountwide

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// importBatch is how many rows are stored at once: a transaction has its limits.
const importBatch = 20

// importAPIKeys makes the keys of a file and puts them into their plans. A row
// that cannot be stored is a warning, or with failonwarnings the end of it before
// anything is stored.
func (a *API) importAPIKeys(ctx context.Context, caller awsapi.Caller, in *apigateway.ImportApiKeysRequest) (*apigateway.ApiKeyIds, error) {
	rows, err := account.ReadKeyFile(in.Body)
	if err != nil {
		return nil, err
	}
	made := &apigateway.ApiKeyIds{Ids: []string{}, Warnings: []string{}}
	rows, err = a.importable(ctx, caller, rows, made)
	if err != nil {
		return nil, err
	}
	if len(made.Warnings) > 0 && wire.Value(in.FailOnWarnings) {
		return nil, awserror.NewBadRequest("Warnings found during import:\n\t" + strings.Join(made.Warnings, "\n\t"))
	}
	for batch := range slices.Chunk(rows, importBatch) {
		ids, err := a.storeRows(ctx, caller, batch)
		if err != nil {
			return nil, err
		}
		made.Ids = append(made.Ids, ids...)
	}
	return made, nil
}

// importable leaves out the rows that cannot be stored, each with a warning.
func (a *API) importable(ctx context.Context, caller awsapi.Caller, rows []account.ImportedKey, made *apigateway.ApiKeyIds) ([]account.ImportedKey, error) {
	seen := map[string]bool{}
	var left []account.ImportedKey
	for _, row := range rows {
		problem, err := a.rowProblem(ctx, caller, row)
		if err != nil {
			return nil, err
		}
		if value := row.Value.Reveal(); problem == "" && value != "" {
			if seen[value] {
				problem = "API Key already exists"
			}
			seen[value] = true
		}
		if problem != "" {
			made.Warnings = append(made.Warnings, fmt.Sprintf("Line %d: %s", row.Line, problem))
			continue
		}
		left = append(left, row)
	}
	return left, nil
}

// rowProblem says what keeps a row from being stored, empty for nothing.
func (a *API) rowProblem(ctx context.Context, caller awsapi.Caller, row account.ImportedKey) (string, error) {
	if _, err := a.rowKey(row); err != nil {
		return awserror.From(err).Message, nil
	}
	if !row.Value.Empty() {
		_, err := a.store.APIKeyByValue(ctx, scope(caller), row.Value)
		if err == nil {
			return "API Key already exists", nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return "", fmt.Errorf("API keys: %w", err)
		}
	}
	for _, id := range row.UsagePlanIDs {
		_, err := a.store.UsagePlans().Get(ctx, scope(caller), id)
		if errors.Is(err, store.ErrNotFound) {
			return "Invalid Usage Plan ID specified: " + id, nil
		}
		if err != nil {
			return "", fmt.Errorf("usage plan %s: %w", id, err)
		}
	}
	return "", nil
}

func (a *API) rowKey(row account.ImportedKey) (*account.APIKey, error) {
	return account.NewAPIKey(account.APIKey{
		Name: row.Name, Value: row.Value, Description: row.Description, Enabled: row.Enabled,
	}, a.ids.ID(longID), secret.New(a.ids.Key(apiKeyValueLength)), a.now())
}

// storeRows makes the keys of some rows, and puts them into their plans.
func (a *API) storeRows(ctx context.Context, caller awsapi.Caller, rows []account.ImportedKey) ([]string, error) {
	var ids []string
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		ids = nil
		for _, row := range rows {
			key, err := a.rowKey(row)
			if err != nil {
				return err
			}
			if err := a.store.APIKeys().In(tx).Create(key.ID, key); err != nil {
				return err
			}
			ids = append(ids, key.ID)
			for _, id := range row.UsagePlanIDs {
				if err := a.addToPlan(tx, id, key); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if errors.Is(err, store.ErrTaken) {
		return nil, account.APIKeyExists()
	}
	if err != nil {
		return nil, fmt.Errorf("API keys: %w", err)
	}
	return ids, nil
}

func (a *API) addToPlan(tx *store.Tx, id string, key *account.APIKey) error {
	plans := a.store.UsagePlans().In(tx)
	plan, err := plans.Get(id)
	if errors.Is(err, store.ErrNotFound) {
		return account.UsagePlanNotFound()
	}
	if err != nil {
		return err
	}
	all, err := plans.List("")
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(all, func(other *account.UsagePlan) bool { return other.ID == id || !slices.Contains(other.KeyIDs, key.ID) })
	if err := plan.AddKey(key, others); err != nil {
		return err
	}
	return plans.Put(id, plan)
}
